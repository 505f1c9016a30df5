"""How the web server runs; the environment decides where and how large."""

import os

from gunicorn.http import wsgi

wsgi.SERVER = "web"  # what runs here, and in which version, is nobody's business
wsgi_app = "config.wsgi:application"
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
certfile = os.environ.get("TLS_CERTIFICATE") or None
keyfile = os.environ.get("TLS_KEY") or None
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "1"))
threads = int(os.environ.get("WEB_THREADS", "8"))
timeout = 60
graceful_timeout = int(os.environ.get("WEB_GRACE", "3"))
keepalive = 5
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # a heartbeat file on a slow disk blocks
control_socket_disable = True  # its default path is shared by every server of the same user
loglevel = "warning"
