// The server as the TypeScript SDK sees it, which checks results against the schemas of the tools: on standard input and
// output, and at /mcp of `headtail serve`.
//
// Usage: typescript.mjs SERVER, in a directory of its own.

import assert from 'node:assert';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const TOOLS = ['execute', 'process_output', 'process_input', 'process_signal', 'process_list'];
const env = { PATH: process.env.PATH, HEADTAIL_RUNTIME_DIR: 'run' };

async function session(transport) {
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);

  async function call(name, args) {
    const result = await client.callTool({ name, arguments: args });
    assert.deepEqual(JSON.parse(result.content[0].text), result.structuredContent);
    return result.structuredContent;
  }

  const { tools } = await client.listTools();
  assert.deepEqual(tools.map((tool) => tool.name), TOOLS);
  const result = await call('execute', { command: 'echo hello; exit 3' });
  assert.equal(result.output, 'hello\n');
  assert.equal(result.exit_code, 3);
  const prompt = await call('execute', { command: 'cat', stdin_open: true, stdin: 'one\n', wait_for: 'one' });
  const id = prompt.background_process_id;
  const answer = await call('process_input', { process_id: id, text: 'two\n', eof: true });
  assert.equal(answer.output, 'two\n');
  assert.equal(answer.success, true);
  assert.equal((await call('process_list', { all: true })).total, 2);
  const limit = AbortSignal.timeout(500);
  await assert.rejects(client.callTool({ name: 'execute', arguments: { command: 'sleep 600' } }, undefined, { signal: limit }));
  while ((await call('process_list', {})).total > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  await client.close();
}

await session(new StdioClientTransport({ command: process.argv[2], args: ['mcp'], env }));
console.log('TypeScript SDK: ok');

const server = spawn(process.argv[2], ['serve', '--listen', '127.0.0.1:0'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
for await (const line of createInterface(server.stdout)) {
  const url = /^listening on (http:.*)$/.exec(line)?.[1];
  if (!url) continue;
  const headers = { Authorization: `Bearer ${readFileSync('run/token', 'utf8').trim()}` };
  const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit: { headers } });
  await session(transport);
  break;
}
server.kill();
console.log('TypeScript SDK, HTTP: ok');
