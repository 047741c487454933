"""A simulator behind a port."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import urlsplit

from counterfoil_sim.errors import Refused
from counterfoil_sim.responses import Request, Response

_BODY_LIMIT = 1024 * 1024


class Server(ThreadingHTTPServer):
    """
    Answers on one port whatever ``respond`` answers.

    It listens to this machine only. With port 0 the system chooses one; ``url`` tells which.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self, *, host: str = "127.0.0.1", port: int = 0, public_url: str | None = None
    ) -> None:
        """Take the port; nothing is answered before ``start`` or ``serve_forever``."""
        super().__init__((host, port), _Handler)
        self.url = public_url or f"http://{host}:{self.server_address[1]}"
        self._thread: threading.Thread | None = None

    def respond(self, request: Request) -> Response:
        """Answer one request."""
        raise NotImplementedError

    def start(self) -> Self:
        """Answer in the background from now on."""
        self._thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop answering and give the port back."""
        if self._thread is not None:
            self.shutdown()
            self._thread.join(timeout=10)
        self.server_close()


class Doorkeeper:
    """
    Lets nobody press the buttons of the pages from elsewhere.

    The pages answer only to their own name and take forms only from themselves, so that no page on
    the web can reach them through somebody's browser.
    """

    def __init__(self, url: str) -> None:
        """Remember under which names the pages are served."""
        self._names = {urlsplit(url).hostname, "127.0.0.1", "localhost", "::1"}

    def check(self, request: Request) -> None:
        """
        Let a request to a page pass.

        :raises Refused: if it comes from elsewhere.
        """
        host = request.headers.get("host", "")
        if urlsplit(f"//{host}").hostname not in self._names:
            raise Refused("This host name is not served here.", status=421)
        origin = request.headers.get("origin")
        if request.method == "POST" and origin is not None and urlsplit(origin).netloc != host:
            raise Refused("This form comes from another site.", status=403)


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    timeout = 30
    wbufsize = -1  # one packet per answer; a second one would wait for the first to be confirmed

    def do_GET(self) -> None:
        self._handle("")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length") or "0"
        if not length.isdecimal() or int(length) > _BODY_LIMIT:
            self.close_connection = True
            self._send(Response(status=413))
            return
        self._handle(self.rfile.read(int(length)).decode("utf-8", errors="replace"))

    def do_PUT(self) -> None:
        self.do_POST()

    def do_DELETE(self) -> None:
        self.do_POST()

    def log_message(self, *args: object) -> None:
        """Keep quiet: the pages show what matters."""

    def _handle(self, body: str) -> None:
        parts = urlsplit(self.path)
        request = Request(
            method=self.command,
            path=parts.path,
            query=parts.query,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
        )
        self._send(self.server.respond(request))

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        self.wfile.write(response.body)
