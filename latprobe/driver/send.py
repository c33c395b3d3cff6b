"""Handing a worker its job, on its standard input."""

import subprocess


def send_job(process: "subprocess.Popen[bytes]", message: bytes) -> None:
    """Writes all of it, and ends the input..

    Args:
        process: It, with a pipe as its standard input.
        message: The job as the worker reads it.
    """
    assert process.stdin is not None
    try:
        process.stdin.write(message)
        process.stdin.close()
    except BrokenPipeError:
        pass  # it has ended already; how, its status tells
