"""The server as the Python SDK sees it, with a session of each kind, opened by a handshake and without one: on standard
input and output, and at /mcp of `headtail serve`.

Usage: python.py SERVER, in a directory of its own."""

import json
import os
import subprocess
import sys

import anyio
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client

TOOLS = ["execute", "process_output", "process_input", "process_signal", "process_list"]


async def call(client, tool, **arguments):
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result
    assert json.loads(result.content[0].text) == result.structured_content, result
    return result.structured_content


def stdio(server):
    return StdioServerParameters(command=server, args=["mcp"], env={"HEADTAIL_RUNTIME_DIR": "run"})


async def session(transport, mode):
    async with Client(transport, mode=mode) as client:
        tools = (await client.list_tools()).tools
        assert [tool.name for tool in tools] == TOOLS, tools
        result = await call(client, "execute", command="echo hello; exit 3")
        assert (result["output"], result["exit_code"], result["success"]) == ("hello\n", 3, False), result
        result = await call(client, "execute", command="sleep 600 &")
        process = result["background_process_id"]
        listed = await call(client, "process_list")
        assert [it["id"] for it in listed["processes"]] == [process], listed
        await call(client, "process_signal", process_id=process, signal="kill")
        ended = await call(client, "process_output", process_id=process)
        assert (ended["signal"], ended["exit_code"]) == ("SIGKILL", 137), ended
        wrong = await client.call_tool("execute", {"command": "ls", "timeout": 10})
        assert wrong.is_error, wrong


async def main():
    modes = ["legacy", "auto", "2026-07-28"]
    for mode in modes:
        with anyio.fail_after(60):
            await session(stdio(sys.argv[1]), mode)
        print(f"Python SDK, {mode}: ok")
    serve = [sys.argv[1], "serve", "--listen", "127.0.0.1:0"]
    env = {**os.environ, "HEADTAIL_RUNTIME_DIR": "run"}
    with subprocess.Popen(serve, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            server.stdout.readline()
            url = server.stdout.readline().removeprefix("listening on ").strip() + "/mcp"
            with open("run/token") as file:
                headers = {"Authorization": f"Bearer {file.read().strip()}"}
            for mode in modes:
                async with create_mcp_http_client(headers={**headers, "Headtail-Scope": mode}) as client:
                    with anyio.fail_after(60):
                        await session(streamable_http_client(url, http_client=client), mode)
                print(f"Python SDK, HTTP, {mode}: ok")
        finally:
            server.terminate()


anyio.run(main)
