"""An exchange on loopback that answers orders: a real HTTP server, in a process of its own.

Prints its address when it listens, and ends when its standard input does.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from aiohttp import web

from market_making.orders import sign


async def _serve(answer_s: float) -> None:
    async def answer(request: web.Request) -> web.Response:
        body = await request.read()
        if request.headers.get("X-Signature") != sign(body):
            return web.json_response({"error": "the signature is wrong"}, status=403)
        await asyncio.sleep(answer_s)
        return web.json_response({"id": json.loads(body)["id"], "status": "accepted"})

    application = web.Application()
    application.router.add_post("/orders", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    print(f"http://{host}:{port}/orders", flush=True)
    try:
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    finally:
        await runner.cleanup()


@asynccontextmanager
async def exchange(answer_s: float, cpus: Sequence[int]) -> AsyncIterator[str]:
    """An exchange on other CPUs, for as long as the block lasts.

    Yields:
        Where orders are posted to.
    """
    folder = str(Path(__file__).resolve().parents[1])
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "market_making.exchange",
        str(answer_s),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=folder,
    )
    if cpus:
        with suppress(OSError):
            os.sched_setaffinity(process.pid, cpus)
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        url = (await process.stdout.readline()).decode().strip()
        if not url:
            raise RuntimeError("the exchange did not start")
        yield url
    finally:
        process.stdin.close()
        await process.wait()


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1])))
