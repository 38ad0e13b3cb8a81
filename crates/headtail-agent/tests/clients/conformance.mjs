// The scenarios of the official conformance suite that a server with tools alone can pass, against `headtail serve`.
//
// The suite knows neither tokens nor Unix sockets: a proxy adds the token, and what else it sends arrives as it is.
//
// Usage: conformance.mjs SERVER, in a directory of its own.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { createInterface } from 'node:readline';

// Left out, as they need more than tools: logging-set-level, completion-complete, resources-*, prompts-*,
// tools-call-with-logging, tools-call-sampling, tools-call-elicitation, elicitation-*. Left out, as they call tools of a
// test server by name: tools-call-simple-text, -image, -audio, -embedded-resource, -mixed-content, -error, -with-progress,
// json-schema-2020-12, server-sse-polling. Left out is dns-rebinding-protection: it is for servers without authentication
// and wants pages of localhost let in, while this server wants a token and refuses every page.
const SCENARIOS = ['server-initialize', 'ping', 'tools-list', 'server-sse-multiple-streams'];
const suite = new URL('node_modules/@modelcontextprotocol/conformance/dist/index.js', import.meta.url).pathname;

const env = { ...process.env, HEADTAIL_RUNTIME_DIR: `${process.cwd()}/run` };
const server = spawn(process.argv[2], ['serve', '--listen', '127.0.0.1:0'], {
  env,
  stdio: ['ignore', 'pipe', 'ignore'],
});
let port;
for await (const line of createInterface(server.stdout)) {
  port = /^listening on http:.*:(\d+)$/.exec(line)?.[1];
  if (port) break;
}
const token = readFileSync('run/token', 'utf8').trim();

const proxy = createServer((incoming, outgoing) => {
  const headers = { ...incoming.headers, authorization: `Bearer ${token}` };
  const own = proxy.address().port;
  headers.host = headers.host.replace(`:${own}`, `:${port}`);
  const { method, url: path } = incoming;
  const forward = request({ host: '127.0.0.1', port, method, path, headers }, (reply) => {
    outgoing.writeHead(reply.statusCode, reply.headers);
    outgoing.flushHeaders();
    reply.pipe(outgoing);
  });
  forward.on('error', () => outgoing.destroy());
  outgoing.on('close', () => forward.destroy());
  incoming.pipe(forward);
});
await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${proxy.address().port}/mcp`;

let failed = 0;
for (const scenario of SCENARIOS) {
  const arguments_ = [suite, 'server', '--url', url, '--scenario', scenario];
  const child = spawn(process.execPath, arguments_, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => { output += data; });
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) {
    failed += 1;
    console.log(output);
  }
  console.log(`Conformance, ${scenario}: ${code === 0 ? 'ok' : 'FAILED'}`);
}
server.kill();
process.exit(failed === 0 ? 0 : 1);
