"""What takes part in a run: the mock provider, nginx as the floor, and the gateway with its database."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

from .processes import BenchError, Server, free_port, memory_bytes, process_cpu_ns, thread_cpu_ns


def call(port: int, method: str, path: str, seconds: float = 5) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def answers(port: int, path: str) -> bool:
    try:
        return call(port, "GET", path, 1)[0] == 200
    except (OSError, http.client.HTTPException):
        return False


class Provider:
    """The mock provider."""

    def __init__(self, tools: Path, folder: Path, cores: set[int], certificate: Path | None = None, key: Path | None = None):
        self.port = free_port()
        self.tls = certificate is not None
        self.control_port = self.port
        command = [str(tools / "mock_provider"), "--listen", f"127.0.0.1:{self.port}"]
        if certificate:
            command += ["--certificate", str(certificate), "--key", str(key)]
        log = folder / ("provider-tls.log" if self.tls else "provider.log")
        self.server = Server("the mock provider", command, cores, log)
        self.server.wait_for(lambda: b"listening" in log.read_bytes(), 5)

    def _call(self, method: str, path: str) -> bytes:
        if not self.tls:
            status, body = call(self.port, method, path)
        else:
            import ssl

            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=5, context=context)
            connection.request(method, path)
            answer = connection.getresponse()
            status, body = answer.status, answer.read()
            connection.close()
        if status != 200:
            raise BenchError(f"the mock provider refused {method} {path}: {body.decode(errors='replace')}")
        return body

    def shape(self, **shape: int) -> None:
        self._call("POST", "/shape?" + "&".join(f"{name}={value}" for name, value in shape.items()))

    def stats(self) -> dict[str, int]:
        return json.loads(self._call("GET", "/stats"))


NGINX_CONFIG = """\
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log warn;
worker_rlimit_nofile 20000;
events {{ worker_connections 19900; }}
http {{
  access_log off;
  client_body_temp_path {folder}/nginx-body;
  proxy_temp_path {folder}/nginx-proxy;
  fastcgi_temp_path {folder}/nginx-fastcgi;
  uwsgi_temp_path {folder}/nginx-uwsgi;
  scgi_temp_path {folder}/nginx-scgi;
  client_body_buffer_size 2m;
  client_max_body_size 64m;
  keepalive_requests 1000000000;
  keepalive_timeout 1h;
  proxy_buffering off;
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_read_timeout 1h;
  upstream plain {{ server 127.0.0.1:{plain}; keepalive 9000; keepalive_requests 1000000000; keepalive_timeout 1h; }}
  upstream encrypted {{ server 127.0.0.1:{encrypted}; keepalive 9000; keepalive_requests 1000000000; keepalive_timeout 1h; }}
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location / {{ proxy_pass http://plain; }}
    location /tls/ {{
      proxy_pass https://encrypted/;
      proxy_ssl_verify on;
      proxy_ssl_trusted_certificate {authority};
      proxy_ssl_name localhost;
      proxy_ssl_session_reuse on;
    }}
  }}
}}
"""


class Nginx:
    """A bare reverse proxy in front of the same provider: what is to be reached."""

    name = "nginx"

    def __init__(self, folder: Path, cores: set[int], provider: Provider, encrypted: Provider, authority: Path):
        binary = shutil.which("nginx") or "/usr/sbin/nginx"
        if not os.access(binary, os.X_OK):
            raise BenchError("nginx is not installed; scripts/install-deps bench does it")
        self.port = free_port()
        config = folder / "nginx.conf"
        config.write_text(
            NGINX_CONFIG.format(
                folder=folder, port=self.port, plain=provider.port, encrypted=encrypted.port, authority=authority
            )
        )
        self.server = Server("nginx", [binary, "-e", str(folder / "nginx-error.log"), "-c", str(config)], cores, folder / "nginx.log")
        self.server.wait_for(lambda: self._listens(), 5)

    def _listens(self) -> bool:
        try:
            call(self.port, "GET", "/stats", 1)
            return True
        except OSError:
            return False

    def path(self, path: str, tls: bool) -> str:
        return "/tls" + path if tls else path

    def relay_cpu_ns(self) -> int:
        return process_cpu_ns(self.server.pid)

    def process_cpu_ns(self) -> int:
        return process_cpu_ns(self.server.pid)

    def memory(self) -> dict[str, int]:
        return memory_bytes(self.server.pid)

    def settle(self) -> None:
        """nginx has nothing to write."""

    def stop(self) -> None:
        self.server.stop()


GATEWAY_CONFIG = """\
# Everything on that serves requests and books. As with nginx: no line for each request in a log file, and as many idle
# connections to the provider as there may be clients.
log_level: warn
logs:
  access: false
upstream:
  ca_file: {authority}
  pool_idle_per_host: 9000
  pool_idle_total: 9000
"""


class Gateway:
    """Tollgate, on a database that was filled before."""

    name = "Tollgate"
    RELAY_THREADS = "worker"

    def __init__(self, binary: Path, data: Path, folder: Path, cores: set[int], authority: Path, workers: int = 1):
        self.database = data / "tollgate.db"
        self.port = free_port()
        config = folder / "tollgate.yaml"
        config.write_text(GATEWAY_CONFIG.format(authority=authority))
        self.server = Server(
            "the gateway",
            [str(binary), "--host", "127.0.0.1", "--port", str(self.port), "--data-dir", str(data), "--config", str(config)],
            cores,
            folder / "gateway.log",
            {"WORKERS": str(workers)},
        )
        self.server.wait_for(lambda: answers(self.port, "/readyz"), 30, pause=0.001)
        self.ready_ns = time.monotonic_ns() - self.server.started_ns

    def path(self, path: str, tls: bool) -> str:
        return path

    def relay_cpu_ns(self) -> int:
        times = thread_cpu_ns(self.server.pid)
        if self.RELAY_THREADS not in times:
            raise BenchError(f"the gateway has no thread named {self.RELAY_THREADS}; it has {', '.join(sorted(times))}")
        return times[self.RELAY_THREADS]

    def process_cpu_ns(self) -> int:
        return process_cpu_ns(self.server.pid)

    def memory(self) -> dict[str, int]:
        return memory_bytes(self.server.pid)

    def books(self) -> dict[str, int]:
        """What is in the database: charged to users, tokens, channels and in the log."""
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10) as db:
            one = lambda sql: db.execute(sql).fetchone()[0] or 0  # noqa: E731
            return {
                "users": one("SELECT SUM(used) FROM users"),
                "tokens": one("SELECT SUM(used) FROM tokens"),
                "channels": one("SELECT SUM(used) FROM channels"),
                "statistics": one("SELECT SUM(quota) FROM statistics"),
                "log": one("SELECT SUM(quota) FROM logs"),
                "log_rows": one("SELECT COUNT(*) FROM logs WHERE type = 2"),
            }

    def stop(self) -> None:
        code = self.server.stop()
        if code not in (0, -signal.SIGTERM):
            raise BenchError(f"the gateway ended with code {code}:\n{self.server.tail()}")
        if code != 0:
            raise BenchError("the gateway did not drain on SIGTERM")


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"]
        + ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
        + ["-keyout", str(key), "-out", str(certificate)],
        capture_output=True,
        text=True,
    )
    if made.returncode != 0:
        raise BenchError(f"openssl could not make a certificate: {made.stderr}")
    return certificate, key
