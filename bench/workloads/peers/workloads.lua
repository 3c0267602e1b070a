-- The eight policies as a user of an nginx with LuaJIT writes them: lua-cjson for JSON, PCRE2 through the FFI for expressions (as
-- lua-resty-core does), tables for state. The host (luajit_engine.cc) passes inputs, the token, and decode_base64url.
local cjson = require "cjson"
local bit = require "bit"
local ffi = require "ffi"
local inputs, token, now, decode_base64url = ...

if cjson.encode_escape_forward_slash then cjson.encode_escape_forward_slash(false) end

ffi.cdef [[
typedef struct pcre2_code pcre2_code;
typedef struct pcre2_match_data pcre2_match_data;
pcre2_code *pcre2_compile_8(const char *, size_t, uint32_t, int *, size_t *, void *);
int pcre2_jit_compile_8(pcre2_code *, uint32_t);
pcre2_match_data *pcre2_match_data_create_from_pattern_8(const pcre2_code *, void *);
int pcre2_jit_match_8(const pcre2_code *, const char *, size_t, size_t, uint32_t, pcre2_match_data *, void *);
]]
local pcre = ffi.load("libpcre2-8.so.0")

local function pattern(text, options)
  local code = pcre.pcre2_compile_8(text, #text, options, ffi.new("int[1]"), ffi.new("size_t[1]"), nil)
  pcre.pcre2_jit_compile_8(code, 1)
  return { code = code, match = pcre.pcre2_match_data_create_from_pattern_8(code, nil) }
end
local function matches(compiled, text)
  return pcre.pcre2_jit_match_8(compiled.code, text, #text, 0, 0, compiled.match, nil) >= 0
end

local tokens = { ["https://cognitiveservices.azure.com"] = { text = token, expires = now + 3600000 } }
local embeddings = pattern("^/openai/deployments/(text-embedding|dall-e)-[a-z0-9.-]+/", 8)
local version = pattern([[^v?(\d+)\.(\d+)\.(\d+)(-[a-z0-9]+)?$]], 0)
local counters = {}

local concat, find, gmatch, lower, match, byte, sub, gsub = table.concat, string.find, string.gmatch, string.lower, string.match, string.byte, string.sub, string.gsub

local policies = {}

policies[1] = function(request, effects)
  local found = tokens["https://cognitiveservices.azure.com"]
  if not found or found.expires <= now then return end
  effects.variables["managed-id-access-token"] = found.text
  effects.headers[1] = { "Authorization", "Bearer " .. effects.variables["managed-id-access-token"] }
end

local function unescape(text)
  if not find(text, "[%%+]") then return text end
  return (gsub(gsub(text, "+", " "), "%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

policies[2] = function(request, effects)
  local headers, variables, set = request.headers, effects.variables, effects.headers
  variables.requestId = headers["x-request-id"] or "none"
  variables.userId = headers["x-user-id"] or "N/A"
  variables.env = headers["x-environment"] == "prod" and "production" or "test"
  set[1] = { "X-Correlation", variables.env .. "-" .. variables.requestId }
  set[2] = { "X-Forwarded-Host", request.host }
  set[3] = { "X-User", "user:" .. variables.userId }
  set[4] = { "X-Client-Ip", request.ip }
  local query, order = {}, {}
  for name, value in gmatch(request.query, "([^&=]+)=([^&]*)") do
    name = unescape(name)
    if not query[name] then order[#order + 1] = name end
    query[name] = unescape(value)
  end
  local function set_query(name, value)
    if not query[name] then order[#order + 1] = name end
    query[name] = value
  end
  set_query("api-version", query["api-version"] or "2024-02-01")
  set_query("tenant", headers["x-tenant"] or "default")
  effects.query, effects.query_order = query, order
  set[5] = { "X-Cache-Key", variables.userId .. ":" .. request.method .. ":" .. request.path }
end

local function backend_of(request, model)
  local headers, path = request.headers, request.path
  if request.method == "OPTIONS" then return "preflight" end
  if headers["x-environment"] == "prod" then return "production" end
  if sub(path, 1, 10) == "/internal/" then return "internal" end
  if find(headers["x-orginal-host-for"] or "", "prf.platform.contoso.example", 1, true) or find(request.host, "prf.platform.contoso.example", 1, true) then return "performance" end
  if model == "model-router" or model == "gpt-5" or model == "DeepSeek-R1" then return "foundry3" end
  if find(lower(headers["user-agent"] or ""), "curl/", 1, true) then return "curl" end
  if matches(embeddings, path) then return "embeddings" end
  if sub(model, 1, 6) == "gpt-4o" and matches(version, headers["x-client-version"] or "") then return "foundry2" end
  return "foundry1"
end

policies[3] = function(request, effects)
  effects.variables.requestedModel = request.parameters["deployment-id"]
  effects.backend = backend_of(request, effects.variables.requestedModel)
end

policies[4] = function(request, effects)
  local variables = effects.variables
  variables.userId = request.headers["x-user-id"] or "N/A"
  local body = cjson.decode(request.body)
  variables.model = body.model or ""
  variables.messageCount = #body.messages
  variables.lastRole = body.messages[6].role
  variables.maxTokens = math.min(body.max_tokens or 1024, 1024)
  effects.headers[1] = { "X-Model", variables.model .. ";" .. variables.messageCount .. ";" .. variables.lastRole }
  body.model = "gpt-4o-mini"
  body.max_tokens = variables.maxTokens
  body.user = variables.userId
  body.metadata.gateway = "portcullis"
  effects.body = cjson.encode(body)
end

local function by_name(a, b) return a[1] < b[1] end

policies[5] = function(request, effects)
  local scopes = request.headers["x-scopes"] or ""
  effects.variables.scopes = scopes
  local parts, n = {}, 0
  for part in gmatch(scopes .. ",", "([^,]*),") do
    local text = match(part, "^%s*(.-)%s*$")
    if text ~= "" and byte(text, 1) ~= 35 then
      parts[n + 1] = lower(text) .. "=" .. n
      n = n + 1
    end
  end
  local chosen = {}
  for _, line in ipairs(request.lines) do
    if sub(line[1], 1, 2) == "X-" and #line[2] < 64 then chosen[#chosen + 1] = line end
  end
  table.sort(chosen, by_name)
  local names = {}
  for i, line in ipairs(chosen) do names[i] = line[1] .. ":" .. line[2] end
  effects.variables.summary = concat(parts, ";") .. "|" .. concat(names, ",")
  effects.headers[1] = { "X-Summary", effects.variables.summary }
end

policies[6] = function(request, effects)
  local text = request.body
  effects.variables.payload = text
  local a, b = 1, 0
  for i = 1, 1000 do
    a = (a + byte(text, i)) % 65521
    b = (b + a) % 65521
  end
  effects.headers[1] = { "X-Checksum", string.upper(bit.tohex(bit.bor(bit.lshift(b, 16), a))) }
end

local function address_of(text)
  local a, b, c, d = match(text, "^(%d+)%.(%d+)%.(%d+)%.(%d+)$")
  if not a then return nil end
  return ((tonumber(a) * 256 + tonumber(b)) * 256 + tonumber(c)) * 256 + tonumber(d)
end
local lan_from, lan_to = address_of("10.0.0.0"), address_of("10.255.255.255")
local single = address_of("198.51.100.7")
local range_from, range_to = address_of("203.0.113.0"), address_of("203.0.113.127")

policies[7] = function(request, effects)
  local address = address_of(request.ip)
  if not address or not ((address >= lan_from and address <= lan_to) or address == single or (address >= range_from and address <= range_to)) then
    effects.response = { 403, "Forbidden", {}, "" }
    return
  end
  local environment = lower(request.headers["x-environment"] or "")
  if environment ~= "dev" and environment ~= "test" then
    effects.response = { 403, "Forbidden", {}, "" }
    return
  end
  local key = request.subscription .. ":" .. request.ip
  local counter = counters[key]
  if not counter or now - counter.begins >= 60000 then
    counter = { begins = now, calls = 0 }
    counters[key] = counter
  end
  counter.calls = counter.calls + 1
  local remaining = 1000000000 - counter.calls
  effects.variables.remaining = remaining
  effects.headers[1] = { "X-RateLimit-Remaining", tostring(remaining) }
end

policies[8] = function(request, effects)
  local authorization = request.headers["authorization"] or ""
  local payload = match(sub(authorization, 8), "^[^.]*%.([^.]*)")
  local claims = cjson.decode(decode_base64url(payload))
  local admin = false
  if claims.roles then
    for _, role in ipairs(claims.roles) do
      if role == "admin" then admin = true end
    end
  end
  if claims.exp < 1700000000 or not admin then
    effects.response = { 403, "Forbidden", { { "Content-Type", "application/json" } },
      cjson.encode({ error = "forbidden", sub = claims.sub, requestId = request.id }) }
    return
  end
  effects.headers[1] = { "X-Sub", claims.sub }
end

local function operate(w, request)
  local effects = { variables = {}, headers = {} }
  policies[w](request, effects)
  return effects
end

local function describe(effects)
  local out = {}
  local function line(...) out[#out + 1] = concat({ ... }) .. "\n" end
  if effects.response then
    line("response ", effects.response[1], " ", effects.response[2])
    for _, header in ipairs(effects.response[3]) do line("rheader ", header[1], ": ", header[2]) end
    line("rbody ", effects.response[4])
    return concat(out)
  end
  local names = {}
  for name in pairs(effects.variables) do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(names) do line("var ", name, "=", tostring(effects.variables[name])) end
  for _, header in ipairs(effects.headers) do line("header ", header[1], ": ", header[2]) end
  for _, name in ipairs(effects.query_order or {}) do line("query ", name, "=", effects.query[name]) end
  if effects.backend then line("backend ", effects.backend) end
  if effects.body then line("body ", effects.body) end
  return concat(out)
end

local last
return {
  effects = function(w, i) return describe(operate(w, inputs[i])) end,
  run = function(w, count)
    for n = 0, count - 1 do last = operate(w, inputs[bit.band(n, 7) + 1]) end
  end,
}
