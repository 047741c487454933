"""What has to work in every host's project; run by ``tests/projects/test_projects.py``."""
