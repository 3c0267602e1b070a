// The eight policies as C# delegates over a context object, with Newtonsoft.Json. Runs slices on command, see process_engine.cc:
// `mono workloads.exe <bench/data>`. The expressions are the policies' own; effects leave as UTF-8 bytes in one buffer.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;

public sealed class Url {
  public string Scheme, Host, Path, QueryString;
  public Dictionary<string, string[]> Query;
}

public sealed class Body {
  readonly byte[] bytes;
  public Body(byte[] bytes) { this.bytes = bytes; }
  public T As<T>(bool preserveContent = false) {
    string text = Encoding.UTF8.GetString(bytes);
    if (typeof(T) == typeof(string)) return (T)(object)text;
    return (T)(object)JObject.Parse(text);
  }
}

public sealed class Request {
  public string Method, IpAddress;
  public Url Url = new Url();
  public Url OriginalUrl { get { return Url; } }
  public Dictionary<string, string[]> Headers = new Dictionary<string, string[]>(StringComparer.OrdinalIgnoreCase);
  public Dictionary<string, string> MatchedParameters = new Dictionary<string, string>();
  public Body Body;
}

public sealed class Subscription { public string Id; }

public sealed class Context {
  public Request Request = new Request();
  public Subscription Subscription = new Subscription();
  public Guid RequestId;
  public Dictionary<string, object> Variables;
}

public static class Extensions {
  public static string GetValueOrDefault(this Dictionary<string, string[]> map, string name, string fallback) {
    string[] values;
    if (!map.TryGetValue(name, out values)) return fallback;
    return values.Length == 1 ? values[0] : string.Join(",", values);
  }
  public static T GetValueOrDefault<T>(this Dictionary<string, object> map, string name) {
    object value;
    return map.TryGetValue(name, out value) ? (T)value : default(T);
  }
}

public struct Piece { public int Begin, End; }

public sealed class Effects {
  public static readonly byte[] Out = new byte[1 << 20];
  public int Used;
  public List<KeyValuePair<string, Piece>> Headers = new List<KeyValuePair<string, Piece>>();
  public List<KeyValuePair<string, Piece>> Query, ResponseHeaders;
  public Piece Backend, Body, ResponseBody;
  public bool HasBackend, HasBody, HasResponse;
  public Piece Write(string text) {
    var piece = new Piece { Begin = Used };
    Used += Encoding.UTF8.GetBytes(text, 0, text.Length, Out, Used);
    piece.End = Used;
    return piece;
  }
  public void Header(string name, string value) { Headers.Add(new KeyValuePair<string, Piece>(name, Write(value))); }
}

public delegate bool Step(Context context, Effects effects);  // false: the pipeline ends

public static class Program {
  const long Now = 1764000000000L;
  sealed class Token { public string Text; public long Expires; }
  sealed class Counter { public long Begins, Calls; }
  static readonly Dictionary<string, Token> tokens = new Dictionary<string, Token>();
  static readonly Dictionary<string, Counter> counters = new Dictionary<string, Counter>();

  static Step SetVariable(string name, Func<Context, object> value) {
    return (context, effects) => { context.Variables[name] = value(context); return true; };
  }
  static Step SetHeader(string name, Func<Context, string> value) {
    return (context, effects) => { effects.Header(name, value(context)); return true; };
  }
  static Step SetQuery(string name, Func<Context, string> value) {
    return (context, effects) => { Query(context)[name] = new[] { value(context) }; return true; };
  }
  static Dictionary<string, string[]> Query(Context context) {
    var url = context.Request.Url;
    if (url.Query != null) return url.Query;
    url.Query = new Dictionary<string, string[]>();
    foreach (var part in url.QueryString.Split('&')) {
      int equals = part.IndexOf('=');
      string name = equals < 0 ? part : part.Substring(0, equals), value = equals < 0 ? "" : part.Substring(equals + 1);
      if (part.IndexOf('%') >= 0 || part.IndexOf('+') >= 0) { name = WebUtility.UrlDecode(name); value = WebUtility.UrlDecode(value); }
      url.Query[name] = new[] { value };
    }
    return url.Query;
  }
  static Step Backend(string id) { return (context, effects) => { effects.Backend = effects.Write(id); effects.HasBackend = true; return true; }; }
  static Step Choose(Step otherwise, params KeyValuePair<Func<Context, bool>, Step>[] branches) {
    return (context, effects) => {
      foreach (var branch in branches) if (branch.Key(context)) return branch.Value(context, effects);
      return otherwise(context, effects);
    };
  }
  static KeyValuePair<Func<Context, bool>, Step> When(Func<Context, bool> condition, Step then) { return new KeyValuePair<Func<Context, bool>, Step>(condition, then); }

  static bool Refuse(Effects effects, string type, string body) {
    effects.HasResponse = true;
    effects.ResponseHeaders = new List<KeyValuePair<string, Piece>>();
    if (type != null) effects.ResponseHeaders.Add(new KeyValuePair<string, Piece>("Content-Type", effects.Write(type)));
    effects.ResponseBody = effects.Write(body);
    return false;
  }

  static uint Address(string text) {
    IPAddress address;
    if (!IPAddress.TryParse(text, out address)) return 0;
    var bytes = address.GetAddressBytes();
    return (uint)bytes[0] << 24 | (uint)bytes[1] << 16 | (uint)bytes[2] << 8 | bytes[3];
  }
  static readonly uint lanFrom = Address("10.0.0.0"), lanTo = Address("10.255.255.255"), single = Address("198.51.100.7"),
                       rangeFrom = Address("203.0.113.0"), rangeTo = Address("203.0.113.127");

  static readonly Step[][] policies = {
    new Step[] {
      (context, effects) => {
        Token found;
        lock (tokens) { if (!tokens.TryGetValue("https://cognitiveservices.azure.com", out found) || found.Expires <= Now) return false; }
        context.Variables["managed-id-access-token"] = found.Text;
        return true;
      },
      SetHeader("Authorization", context => "Bearer " + (string)context.Variables["managed-id-access-token"])
    },
    new Step[] {
      SetVariable("requestId", context => context.Request.Headers.GetValueOrDefault("X-Request-ID", "none")),
      SetVariable("userId", context => context.Request.Headers.GetValueOrDefault("x-user-id", "N/A")),
      SetVariable("env", context => context.Request.Headers.GetValueOrDefault("X-Environment", "").Equals("prod") ? "production" : "test"),
      SetHeader("X-Correlation", context => (string)context.Variables["env"] + "-" + (string)context.Variables["requestId"]),
      SetHeader("X-Forwarded-Host", context => context.Request.OriginalUrl.Host),
      SetHeader("X-User", context => "user:" + (string)context.Variables["userId"]),
      SetHeader("X-Client-Ip", context => context.Request.IpAddress),
      SetQuery("api-version", context => Query(context).GetValueOrDefault("api-version", "2024-02-01")),
      SetQuery("tenant", context => context.Request.Headers.GetValueOrDefault("X-Tenant", "default")),
      SetHeader("X-Cache-Key", context => $"{context.Variables.GetValueOrDefault<string>("userId")}:{context.Request.Method}:{context.Request.Url.Path}"),
      (context, effects) => {
        effects.Query = new List<KeyValuePair<string, Piece>>();
        foreach (var pair in context.Request.Url.Query) effects.Query.Add(new KeyValuePair<string, Piece>(pair.Key, effects.Write(pair.Value[0])));
        return true;
      }
    },
    new Step[] {
      SetVariable("requestedModel", context => context.Request.MatchedParameters["deployment-id"]),
      Choose(Backend("foundry1"),
        When(context => context.Request.Method == "OPTIONS", Backend("preflight")),
        When(context => context.Request.Headers.GetValueOrDefault("X-Environment", "").Equals("prod"), Backend("production")),
        When(context => context.Request.Url.Path.StartsWith("/internal/", StringComparison.Ordinal), Backend("internal")),
        When(context => context.Request.Headers.GetValueOrDefault("X-Orginal-Host-For", "").Contains("prf.platform.contoso.example") || context.Request.OriginalUrl.Host.Contains("prf.platform.contoso.example"), Backend("performance")),
        When(context => ((string)context.Variables["requestedModel"]) == "model-router" || ((string)context.Variables["requestedModel"]) == "gpt-5" || ((string)context.Variables["requestedModel"]) == "DeepSeek-R1", Backend("foundry3")),
        When(context => context.Request.Headers.GetValueOrDefault("User-Agent", "").ToLower().Contains("curl/"), Backend("curl")),
        When(context => Regex.IsMatch(context.Request.Url.Path, "^/openai/deployments/(text-embedding|dall-e)-[a-z0-9.-]+/", RegexOptions.IgnoreCase), Backend("embeddings")),
        When(context => ((string)context.Variables["requestedModel"] ?? string.Empty).StartsWith("gpt-4o", StringComparison.Ordinal) && Regex.IsMatch(context.Request.Headers.GetValueOrDefault("X-Client-Version", ""), @"^v?(\d+)\.(\d+)\.(\d+)(-[a-z0-9]+)?$"), Backend("foundry2")))
    },
    new Step[] {
      SetVariable("userId", context => context.Request.Headers.GetValueOrDefault("X-User-Id", "N/A")),
      SetVariable("reqBody", context => context.Request.Body.As<JObject>(preserveContent: true)),
      SetVariable("model", context => (string)((JObject)context.Variables["reqBody"])["model"] ?? string.Empty),
      SetVariable("messageCount", context => ((JArray)((JObject)context.Variables["reqBody"])["messages"]).Count),
      SetVariable("lastRole", context => (string)((JObject)context.Variables["reqBody"]).SelectToken("$.messages[5].role")),
      SetVariable("maxTokens", context => Math.Min((int?)((JObject)context.Variables["reqBody"])["max_tokens"] ?? 1024, 1024)),
      SetHeader("X-Model", context => (string)context.Variables["model"] + ";" + ((int)context.Variables["messageCount"]).ToString() + ";" + (string)context.Variables["lastRole"]),
      (context, effects) => {
        var body = (JObject)context.Variables["reqBody"];
        body["model"] = "gpt-4o-mini";
        body["max_tokens"] = (int)context.Variables["maxTokens"];
        body["user"] = (string)context.Variables["userId"];
        body["metadata"]["gateway"] = "portcullis";
        effects.Body = effects.Write(body.ToString(Newtonsoft.Json.Formatting.None));
        effects.HasBody = true;
        return true;
      }
    },
    new Step[] {
      SetVariable("scopes", context => context.Request.Headers.GetValueOrDefault("X-Scopes", "")),
      SetVariable("summary", context => {
        var sb = new StringBuilder();
        var parts = ((string)context.Variables["scopes"]).Split(',');
        int n = 0;
        foreach (var p in parts)
        {
          var t = p.Trim();
          if (t.Length == 0 || t[0] == '#') { continue; }
          if (n > 0) { sb.Append(';'); }
          sb.Append(t.ToLowerInvariant()).Append('=').Append(n);
          n++;
        }
        var names = context.Request.Headers
          .Where(h => h.Key.StartsWith("X-", StringComparison.Ordinal) && h.Value[0].Length < 64)
          .OrderBy(h => h.Key, StringComparer.Ordinal)
          .Select(h => h.Key + ":" + h.Value[0]);
        sb.Append('|').Append(string.Join(",", names));
        return sb.ToString();
      }),
      SetHeader("X-Summary", context => (string)context.Variables["summary"])
    },
    new Step[] {
      SetVariable("payload", context => context.Request.Body.As<string>(preserveContent: true)),
      SetHeader("X-Checksum", context => {
        var s = (string)context.Variables["payload"];
        int a = 1, b = 0;
        for (int i = 0; i < 1000; i++)
        {
          a = (a + s[i]) % 65521;
          b = (b + a) % 65521;
        }
        return ((b << 16) | a).ToString("X8");
      })
    },
    new Step[] {
      (context, effects) => {
        uint address = Address(context.Request.IpAddress);
        if ((address >= lanFrom && address <= lanTo) || address == single || (address >= rangeFrom && address <= rangeTo)) return true;
        return Refuse(effects, null, "");
      },
      (context, effects) => {
        var value = context.Request.Headers.GetValueOrDefault("X-Environment", "");
        if (value.Equals("dev", StringComparison.OrdinalIgnoreCase) || value.Equals("test", StringComparison.OrdinalIgnoreCase)) return true;
        return Refuse(effects, null, "");
      },
      (context, effects) => {
        string key = context.Subscription.Id + ":" + context.Request.IpAddress;
        Counter counter;
        long calls;
        lock (counters) {
          if (!counters.TryGetValue(key, out counter)) counters[key] = counter = new Counter { Begins = Now };
          if (Now - counter.Begins >= 60000) { counter.Begins = Now; counter.Calls = 0; }
          calls = ++counter.Calls;
        }
        context.Variables["remaining"] = (int)(1000000000L - calls);
        return true;
      },
      SetHeader("X-RateLimit-Remaining", context => ((int)context.Variables["remaining"]).ToString())
    },
    new Step[] {
      SetVariable("claims", context => {
        var auth = context.Request.Headers.GetValueOrDefault("Authorization", "");
        var parts = auth.Substring(7).Split('.');
        var p = parts[1].Replace('-', '+').Replace('_', '/');
        switch (p.Length % 4)
        {
          case 2: p += "=="; break;
          case 3: p += "="; break;
        }
        return JObject.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(p)));
      }),
      Choose((context, effects) => true,
        When(context => (long)((JObject)context.Variables["claims"])["exp"] < 1700000000L || ((JObject)context.Variables["claims"])["roles"] == null || !((JArray)((JObject)context.Variables["claims"])["roles"]).Any(r => (string)r == "admin"),
          (context, effects) => Refuse(effects, "application/json", new JObject(new JProperty("error", "forbidden"), new JProperty("sub", (string)((JObject)context.Variables["claims"])["sub"]), new JProperty("requestId", context.RequestId.ToString())).ToString(Newtonsoft.Json.Formatting.None)))),
      SetHeader("X-Sub", context => (string)((JObject)context.Variables["claims"])["sub"])
    }
  };

  static Context[] inputs = new Context[8];

  static Context ReadInput(string file) {
    byte[] all = File.ReadAllBytes(file);
    var context = new Context();
    int at = 0;
    for (;;) {
      int end = Array.IndexOf(all, (byte)'\n', at);
      string line = Encoding.UTF8.GetString(all, at, end - at);
      at = end + 1;
      if (line == "body") break;
      int space = line.IndexOf(' ');
      string word = line.Substring(0, space), value = line.Substring(space + 1);
      switch (word) {
        case "method": context.Request.Method = value; break;
        case "scheme": context.Request.Url.Scheme = value; break;
        case "host": context.Request.Url.Host = value; break;
        case "path": context.Request.Url.Path = value; break;
        case "query": context.Request.Url.QueryString = value; break;
        case "ip": context.Request.IpAddress = value; break;
        case "subscription": context.Subscription.Id = value; break;
        case "requestid": context.RequestId = Guid.Parse(value); break;
        case "param": context.Request.MatchedParameters[value.Substring(0, value.IndexOf('='))] = value.Substring(value.IndexOf('=') + 1); break;
        case "header": context.Request.Headers[value.Substring(0, value.IndexOf(": "))] = new[] { value.Substring(value.IndexOf(": ") + 2) }; break;
      }
    }
    context.Request.Body = new Body(all.Skip(at).Take(all.Length - at - 1).ToArray());
    return context;
  }

  static Effects Operate(int w, int i) {
    var context = inputs[i];
    context.Variables = new Dictionary<string, object>();
    context.Request.Url.Query = null;
    var effects = new Effects();
    foreach (var step in policies[w]) if (!step(context, effects)) break;
    return effects;
  }

  static string Text(Piece piece) { return Encoding.UTF8.GetString(Effects.Out, piece.Begin, piece.End - piece.Begin); }

  static string Describe(Effects effects, Context context) {
    var text = new StringBuilder();
    if (effects.HasResponse) {
      text.Append("response 403 Forbidden\n");
      foreach (var header in effects.ResponseHeaders) text.Append("rheader " + header.Key + ": " + Text(header.Value) + "\n");
      return text.Append("rbody " + Text(effects.ResponseBody) + "\n").ToString();
    }
    foreach (var pair in context.Variables.OrderBy(pair => pair.Key, StringComparer.Ordinal))
      if (!(pair.Value is JObject)) text.Append("var " + pair.Key + "=" + pair.Value + "\n");
    foreach (var header in effects.Headers) text.Append("header " + header.Key + ": " + Text(header.Value) + "\n");
    if (effects.Query != null) foreach (var pair in effects.Query) text.Append("query " + pair.Key + "=" + Text(pair.Value) + "\n");
    if (effects.HasBackend) text.Append("backend " + Text(effects.Backend) + "\n");
    if (effects.HasBody) text.Append("body " + Text(effects.Body) + "\n");
    return text.ToString();
  }

  static Effects last;

  static long Run(int w, int count) {
    long start = Stopwatch.GetTimestamp();
    for (int n = 0; n < count; n++) last = Operate(w, n & 7);
    return (long)((Stopwatch.GetTimestamp() - start) * (1e9 / Stopwatch.Frequency));
  }

  static string Version() {
    var mono = Type.GetType("Mono.Runtime");
    if (mono == null) return "C# on " + Environment.Version;
    var name = mono.GetMethod("GetDisplayName", System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static);
    return "Mono " + ((string)name.Invoke(null, null)).Split(' ')[0] + ", Newtonsoft.Json " + typeof(JObject).Assembly.GetName().Version;
  }

  public static void Main(string[] arguments) {
    tokens["https://cognitiveservices.azure.com"] = new Token { Text = File.ReadAllText(Path.Combine(arguments[0], "inputs/token.txt")).Trim(), Expires = Now + 3600000 };
    for (int i = 0; i < 8; i++) inputs[i] = ReadInput(Path.Combine(arguments[0], "inputs/req" + i + ".txt"));
    var output = Console.OpenStandardOutput();
    for (string line; (line = Console.In.ReadLine()) != null;) {
      var words = line.Split(' ');
      string answer;
      if (words[0] == "version") {
        answer = Version() + "\n";
      } else if (words[0] == "run") {
        answer = Run(int.Parse(words[1]), int.Parse(words[2])) + "\n";
      } else {
        int i = int.Parse(words[2]);
        string text = Describe(Operate(int.Parse(words[1]), i), inputs[i]);
        answer = Encoding.UTF8.GetByteCount(text) + "\n" + text;
      }
      var bytes = Encoding.UTF8.GetBytes(answer);
      output.Write(bytes, 0, bytes.Length);
      output.Flush();
    }
  }
}
