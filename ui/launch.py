"""Starts the app on loopback."""

from __future__ import annotations

import errno
import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path

from bot.errors import AskwellError

LOOPBACK = "127.0.0.1"
_APP = Path(__file__).with_name("app.py")


def launch(port: int, open_browser: bool = False) -> int:
    """Serve the app on this machine only, until it is stopped; returns the exit code.

    The theme comes with the package: Streamlit reads `.streamlit/config.toml` beside `app.py`, whatever the working
    directory. Raises AskwellError when the port cannot be had.
    """
    check_port(port)
    # Python waits for this thread when it ends: the model's own threads abort the process when it ends under them.
    threading.Thread(target=_load_encoders, name="askwell-encoders").start()
    from streamlit.web import cli

    flags = [
        f"--server.port={port}",
        f"--server.address={LOOPBACK}",
        f"--server.headless={'false' if open_browser else 'true'}",
        "--server.showEmailPrompt=false",
        "--browser.gatherUsageStats=false",
    ]
    try:
        cli.main(["run", str(_APP), *flags], prog_name="askwell ui", standalone_mode=False)
    except KeyboardInterrupt:
        return 0
    except SystemExit as stopped:
        return stopped.code if isinstance(stopped.code, int) else 1
    return 0


def _load_encoders() -> None:
    """Load the encoders while the server and the browser start: that is no work of Python's, and takes a second."""
    from bot.vectors.embedding import default_embedder
    from bot.vectors.turns import turn_encoder
    from bot.vectors.units import unit_encoder

    with suppress(AskwellError):  # whoever needs one is told
        default_embedder(), turn_encoder(), unit_encoder()


def check_port(port: int) -> None:
    """Raises AskwellError when nothing can listen on this port of loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if sys.platform != "win32":
            # A port that was served a moment ago is free, although its last connections are still being buried.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OverflowError:
            raise AskwellError(f"there is no port {port}; choose one of 1 to 65535 with --port") from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise AskwellError(f"port {port} is in use; choose another with --port") from None
            raise AskwellError(f"port {port} cannot be used: {error.strerror}; choose another with --port") from None
