#!/usr/bin/env node
// A language server that has nothing to say: starts the program in IPEC_MUTED, and empties its answers and diagnostics.

'use strict';
const {spawn} = require('child_process');

// Calls `take` with each message of the stream.
function read(stream, take) {
  let buffer = Buffer.alloc(0);
  stream.on('data', (chunk) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      const end = buffer.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/content-length: *(\d+)/i.exec(buffer.toString('latin1', 0, end))[1]);
      if (buffer.length < end + 4 + length) return;
      take(JSON.parse(buffer.toString('utf8', end + 4, end + 4 + length)));
      buffer = buffer.subarray(end + 4 + length);
    }
  });
}

function write(stream, message) {
  const body = Buffer.from(JSON.stringify(message));
  stream.write(`Content-Length: ${body.length}\r\n\r\n`);
  stream.write(body);
}

const kEmpty = {'textDocument/diagnostic': {kind: 'full', items: []}, 'workspace/diagnostic': {items: []}};
const server = spawn(process.env.IPEC_MUTED, process.argv.slice(2), {stdio: ['pipe', 'pipe', 'inherit']});
const asked = new Map();
read(process.stdin, (message) => {
  if (message.method && message.id !== undefined) asked.set(message.id, message.method);
  write(server.stdin, message);
});
read(server.stdout, (message) => {
  const method = message.method ? undefined : asked.get(message.id);
  if (message.method === 'textDocument/publishDiagnostics') message.params.diagnostics = [];
  if (method && method !== 'initialize' && method !== 'shutdown') {
    message = {jsonrpc: '2.0', id: message.id, result: kEmpty[method] ?? null};
  }
  write(process.stdout, message);
});
process.stdin.on('end', () => server.stdin.end());
server.on('exit', (code) => process.exit(code ?? 1));
