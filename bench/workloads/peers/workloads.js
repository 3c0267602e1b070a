// The eight policies as JavaScript on V8. Runs slices on command, see process_engine.cc: `node workloads.js <bench/data>`.
// Effects leave as bytes: what a host applies is written into one buffer, as UTF-8.
'use strict';
const fs = require('fs');
const path = require('path');

const folder = process.argv[2];
const now = 1764000000000;

function readInput(i) {
  const text = fs.readFileSync(path.join(folder, 'inputs', `req${i}.txt`));
  const request = { headers: new Map(), lines: [], parameters: new Map() };
  let at = 0;
  for (;;) {
    const end = text.indexOf(10, at);
    const line = text.toString('utf8', at, end);
    at = end + 1;
    if (line === 'body') break;
    const space = line.indexOf(' ');
    const word = line.slice(0, space), value = line.slice(space + 1);
    if (word === 'header') {
      const colon = value.indexOf(': ');
      request.lines.push({ key: value.slice(0, colon), value: value.slice(colon + 2) });
      request.headers.set(value.slice(0, colon).toLowerCase(), value.slice(colon + 2));
    } else if (word === 'param') {
      const equals = value.indexOf('=');
      request.parameters.set(value.slice(0, equals), value.slice(equals + 1));
    } else {
      request[word] = value;
    }
  }
  request.body = text.subarray(at, text.length - 1);
  return request;
}

const inputs = [0, 1, 2, 3, 4, 5, 6, 7].map(readInput);
const tokens = new Map([['https://cognitiveservices.azure.com', { text: fs.readFileSync(path.join(folder, 'inputs', 'token.txt'), 'utf8').trim(), expires: now + 3600000 }]]);
const counters = new Map();
const out = Buffer.alloc(1 << 20);

class Effects {
  constructor() {
    this.variables = new Map();
    this.headers = [];
    this.query = null;
    this.backend = null;
    this.body = null;
    this.response = null;
    this.used = 0;
  }
  write(text) {
    const begin = this.used;
    this.used += out.utf8Write(text, begin);
    return { begin, end: this.used };
  }
  header(name, value) { this.headers.push({ name, value: this.write(value) }); }
}
const get = (request, lower, fallback) => { const value = request.headers.get(lower); return value === undefined ? fallback : value; };

const policies = [
  function seed(request, effects) {
    const token = tokens.get('https://cognitiveservices.azure.com');
    if (token === undefined || token.expires <= now) return;
    effects.variables.set('managed-id-access-token', token.text);
    effects.header('Authorization', 'Bearer ' + effects.variables.get('managed-id-access-token'));
  },
  function settings(request, effects) {
    const variables = effects.variables;
    variables.set('requestId', get(request, 'x-request-id', 'none'));
    variables.set('userId', get(request, 'x-user-id', 'N/A'));
    variables.set('env', get(request, 'x-environment', '') === 'prod' ? 'production' : 'test');
    effects.header('X-Correlation', variables.get('env') + '-' + variables.get('requestId'));
    effects.header('X-Forwarded-Host', request.host);
    effects.header('X-User', 'user:' + variables.get('userId'));
    effects.header('X-Client-Ip', request.ip);
    const query = new Map();
    for (const part of request.query.split('&')) {
      const equals = part.indexOf('=');
      const name = equals < 0 ? part : part.slice(0, equals), value = equals < 0 ? '' : part.slice(equals + 1);
      query.set(unescaped(name), unescaped(value));
    }
    query.set('api-version', query.has('api-version') ? query.get('api-version') : '2024-02-01');
    query.set('tenant', get(request, 'x-tenant', 'default'));
    effects.query = [];
    for (const [name, value] of query) effects.query.push({ name: effects.write(name), value: effects.write(value) });
    effects.header('X-Cache-Key', `${variables.get('userId')}:${request.method}:${request.path}`);
  },
  function choose(request, effects) {
    effects.variables.set('requestedModel', request.parameters.get('deployment-id'));
    effects.backend = effects.write(backendOf(request, effects.variables.get('requestedModel')));
  },
  function jsonBody(request, effects) {
    const variables = effects.variables;
    variables.set('userId', get(request, 'x-user-id', 'N/A'));
    const body = JSON.parse(request.body.utf8Slice(0, request.body.length));
    variables.set('model', body.model === undefined ? '' : body.model);
    variables.set('messageCount', body.messages.length);
    variables.set('lastRole', body.messages[5].role);
    variables.set('maxTokens', Math.min(body.max_tokens === undefined ? 1024 : body.max_tokens, 1024));
    effects.header('X-Model', variables.get('model') + ';' + variables.get('messageCount') + ';' + variables.get('lastRole'));
    body.model = 'gpt-4o-mini';
    body.max_tokens = variables.get('maxTokens');
    body.user = variables.get('userId');
    body.metadata.gateway = 'portcullis';
    effects.body = effects.write(JSON.stringify(body));
  },
  function loop(request, effects) {
    const scopes = get(request, 'x-scopes', '');
    effects.variables.set('scopes', scopes);
    let text = '', n = 0;
    for (const part of scopes.split(',')) {
      const item = part.trim();
      if (item.length === 0 || item[0] === '#') continue;
      if (n > 0) text += ';';
      text += item.toLowerCase() + '=' + n;
      n++;
    }
    const names = request.lines.filter(line => line.key.startsWith('X-') && line.value.length < 64)
      .sort((a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : 0).map(line => line.key + ':' + line.value);
    effects.variables.set('summary', text + '|' + names.join(','));
    effects.header('X-Summary', effects.variables.get('summary'));
  },
  function numeric(request, effects) {
    const s = request.body.utf8Slice(0, request.body.length);
    effects.variables.set('payload', s);
    let a = 1, b = 0;
    for (let i = 0; i < 1000; i++) {
      a = (a + s.charCodeAt(i)) % 65521;
      b = (b + a) % 65521;
    }
    effects.header('X-Checksum', (((b << 16) | a) >>> 0).toString(16).toUpperCase().padStart(8, '0'));
  },
  function limits(request, effects) {
    const address = addressOf(request.ip);
    const allowed = address >= 0 && ((address >= lan[0] && address <= lan[1]) || address === single || (address >= range[0] && address <= range[1]));
    const environment = get(request, 'x-environment', '').toLowerCase();
    if (!allowed || (environment !== 'dev' && environment !== 'test')) {
      effects.response = { code: 403, reason: 'Forbidden', headers: [], body: effects.write('') };
      return;
    }
    const key = request.subscription + ':' + request.ip;
    let counter = counters.get(key);
    if (counter === undefined || now - counter.begins >= 60000) counters.set(key, counter = { begins: now, calls: 0 });
    const remaining = 1000000000 - ++counter.calls;
    effects.variables.set('remaining', remaining);
    effects.header('X-RateLimit-Remaining', String(remaining));
  },
  function claims(request, effects) {
    const payload = get(request, 'authorization', '').substring(7).split('.')[1];
    const claims = JSON.parse(Buffer.from(payload, 'base64url').utf8Slice());
    if (claims.exp < 1700000000 || !claims.roles || !claims.roles.some(role => role === 'admin')) {
      effects.response = {
        code: 403, reason: 'Forbidden', headers: [{ name: 'Content-Type', value: effects.write('application/json') }],
        body: effects.write(JSON.stringify({ error: 'forbidden', sub: claims.sub, requestId: request.requestid }))
      };
      return;
    }
    effects.header('X-Sub', claims.sub);
  }
];

function unescaped(text) { return text.indexOf('%') < 0 && text.indexOf('+') < 0 ? text : decodeURIComponent(text.replace(/\+/g, ' ')); }

function backendOf(request, model) {
  if (request.method === 'OPTIONS') return 'preflight';
  if (get(request, 'x-environment', '') === 'prod') return 'production';
  if (request.path.startsWith('/internal/')) return 'internal';
  if (get(request, 'x-orginal-host-for', '').includes('prf.platform.contoso.example') || request.host.includes('prf.platform.contoso.example')) return 'performance';
  if (model === 'model-router' || model === 'gpt-5' || model === 'DeepSeek-R1') return 'foundry3';
  if (get(request, 'user-agent', '').toLowerCase().includes('curl/')) return 'curl';
  if (/^\/openai\/deployments\/(text-embedding|dall-e)-[a-z0-9.-]+\//i.test(request.path)) return 'embeddings';
  if (model.startsWith('gpt-4o') && /^v?(\d+)\.(\d+)\.(\d+)(-[a-z0-9]+)?$/.test(get(request, 'x-client-version', ''))) return 'foundry2';
  return 'foundry1';
}

function addressOf(text) {
  const parts = text.split('.');
  if (parts.length !== 4) return -1;
  let address = 0;
  for (const part of parts) {
    const value = +part;
    if (!(value >= 0 && value <= 255)) return -1;
    address = address * 256 + value;
  }
  return address;
}
const lan = [addressOf('10.0.0.0'), addressOf('10.255.255.255')], single = addressOf('198.51.100.7');
const range = [addressOf('203.0.113.0'), addressOf('203.0.113.127')];

function operate(w, i) {
  const effects = new Effects();
  policies[w](inputs[i], effects);
  return effects;
}

function describe(effects) {
  const text = piece => out.toString('utf8', piece.begin, piece.end);
  const lines = [];
  if (effects.response) {
    lines.push(`response ${effects.response.code} ${effects.response.reason}`);
    for (const header of effects.response.headers) lines.push(`rheader ${header.name}: ${text(header.value)}`);
    lines.push(`rbody ${text(effects.response.body)}`);
  } else {
    for (const name of [...effects.variables.keys()].sort()) lines.push(`var ${name}=${effects.variables.get(name)}`);
    for (const header of effects.headers) lines.push(`header ${header.name}: ${text(header.value)}`);
    for (const pair of effects.query || []) lines.push(`query ${text(pair.name)}=${text(pair.value)}`);
    if (effects.backend) lines.push(`backend ${text(effects.backend)}`);
    if (effects.body) lines.push(`body ${text(effects.body)}`);
  }
  return lines.join('\n') + '\n';
}

let last = null;
function run(w, count) {
  const start = process.hrtime.bigint();
  for (let n = 0; n < count; n++) last = operate(w, n & 7);
  return process.hrtime.bigint() - start;
}

function answer(line) {
  const [word, w, number] = line.split(' ');
  if (word === 'version') return `node ${process.versions.node}, V8 ${process.versions.v8}\n`;
  if (word === 'run') return `${run(+w, +number)}\n`;
  const text = describe(operate(+w, +number));
  return `${Buffer.byteLength(text)}\n${text}`;
}

let pending = '';
process.stdin.on('data', data => {
  pending += data;
  for (let end; (end = pending.indexOf('\n')) >= 0; pending = pending.slice(end + 1)) fs.writeSync(1, answer(pending.slice(0, end)));
});
