"""Users who sign in with their mail address."""

from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models


class Members(BaseUserManager["Member"]):
    """Makes them."""

    def create_user(self, mail: str, password: str | None = None, **given: Any) -> "Member":
        """Make one."""
        member = self.model(mail=self.normalize_email(mail), **given)
        member.set_password(password)
        member.save(using=self._db)
        return member


class Member(AbstractBaseUser, PermissionsMixin):
    """Somebody who has signed up with a host; not one field is called as Django's are."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    mail = models.EmailField(unique=True)
    nickname = models.CharField(max_length=40, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    objects: ClassVar[Members] = Members()

    USERNAME_FIELD = "mail"
    EMAIL_FIELD = "mail"

    class Meta:
        app_label = "people"

    def __str__(self) -> str:
        return self.nickname or self.mail
