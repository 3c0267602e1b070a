// Runs compiled facts and prints what each gives, one JSON object a line, in the words of docs/interfaces.md, "Batches".
// Compiled by tools/oracle with the facts, each of which is a class Case_N with a method Run.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Text;
using System.Xml.Linq;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

static class Harness {
  static void Main(string[] arguments) {
    CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
    System.Threading.Thread.CurrentThread.CurrentCulture = CultureInfo.InvariantCulture;
    var output = new System.IO.StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false));
    var cases = Assembly.GetExecutingAssembly().GetTypes().Where(t => t.Name.StartsWith("Case_"))
        .Select(t => new { Number = int.Parse(t.Name.Substring(5)), Type = t }).OrderBy(c => c.Number);
    int first = arguments.Length > 0 ? int.Parse(arguments[0]) : 0;
    foreach (var one in cases) {
      if (one.Number < first) continue;
      output.Write(one.Number);
      output.Write(' ');
      output.Flush();  // should the case end the process, it is known which one it was
      output.WriteLine(Outcome(one.Type.GetMethod("Run", BindingFlags.Static | BindingFlags.Public)));
    }
    output.Flush();
  }

  static string Outcome(MethodInfo run) {
    try {
      var body = (Func<object>)Delegate.CreateDelegate(typeof(Func<object>), run);
      object value = body();
      var json = new StringBuilder();
      string type = TypeName(value);
      AppendValue(json, value, 0);
      return "{\"type\":" + Quoted(type) + ",\"value\":" + json + "}";
    } catch (Exception raised) {
      return "{\"exception\":" + Quoted(raised.GetType().Name) + ",\"message\":" + Quoted(raised.Message) + "}";
    }
  }

  static readonly Dictionary<Type, string> keywords = new Dictionary<Type, string> {
    {typeof(bool), "bool"}, {typeof(byte), "byte"}, {typeof(sbyte), "sbyte"}, {typeof(short), "short"}, {typeof(ushort), "ushort"},
    {typeof(int), "int"}, {typeof(uint), "uint"}, {typeof(long), "long"}, {typeof(ulong), "ulong"}, {typeof(char), "char"},
    {typeof(float), "float"}, {typeof(double), "double"}, {typeof(decimal), "decimal"}, {typeof(string), "string"},
    {typeof(object), "object"},
  };

  static string Name(Type type) {
    if (keywords.ContainsKey(type)) return keywords[type];
    if (type.IsArray) {
      // C# writes the outermost rank first.
      string ranks = "";
      while (type.IsArray) {
        ranks += "[" + new string(',', type.GetArrayRank() - 1) + "]";
        type = type.GetElementType();
      }
      return Name(type) + ranks;
    }
    if (type.FullName != null && type.FullName.StartsWith("System.ValueTuple`")) {
      return "(" + string.Join(",", type.GetGenericArguments().Select(Name)) + ")";
    }
    Type underlying = Nullable.GetUnderlyingType(type);
    if (underlying != null) return Name(underlying) + "?";
    if (!type.IsGenericType) return type.Name;
    string name = type.Name;
    int tick = name.IndexOf('`');
    if (tick < 0) return name;
    return name.Substring(0, tick) + "<" + string.Join(",", type.GetGenericArguments().Select(Name)) + ">";
  }

  static string TypeName(object value) {
    if (value == null) return "null";
    Type type = value.GetType();
    if (type.Name.StartsWith("<>f__AnonymousType") || type.Name.StartsWith("<>__AnonType")) return "anonymous";
    if (type.FullName.StartsWith("System.ValueTuple`")) return "tuple";
    if (!type.IsArray && value is IEnumerable) {
      bool isLazy = !type.IsVisible || type.Namespace == "System.Linq";
      if (isLazy) return "IEnumerable";
    }
    if (value is System.Reflection.MemberInfo) return "Type";
    return Name(type);
  }

  static void AppendTyped(StringBuilder json, object value, int level) {
    json.Append("{\"type\":").Append(Quoted(TypeName(value))).Append(",\"value\":");
    AppendValue(json, value, level);
    json.Append('}');
  }

  static void AppendAll(StringBuilder json, IEnumerable<object> values, int level) {
    json.Append('[');
    bool first = true;
    foreach (object one in values) {
      if (!first) json.Append(',');
      first = false;
      if (IsPair(one)) AppendPair(json, one, level);
      else AppendTyped(json, one, level);
    }
    json.Append(']');
  }

  static bool IsPair(object value) {
    return value != null && value.GetType().IsGenericType && value.GetType().GetGenericTypeDefinition() == typeof(KeyValuePair<,>);
  }

  static void AppendPair(StringBuilder json, object pair, int level) {
    json.Append('[');
    AppendTyped(json, pair.GetType().GetProperty("Key").GetValue(pair, null), level + 1);
    json.Append(',');
    AppendTyped(json, pair.GetType().GetProperty("Value").GetValue(pair, null), level + 1);
    json.Append(']');
  }

  static void AppendValue(StringBuilder json, object value, int level) {
    if (value == null) {
      json.Append("null");
    } else if (level > 64) {
      json.Append("\"\"");
    } else if (IsPair(value)) {
      AppendPair(json, value, level);
    } else if (TypeName(value) == "anonymous") {
      json.Append('[');
      bool first = true;
      foreach (PropertyInfo property in value.GetType().GetProperties()) {
        if (!first) json.Append(',');
        first = false;
        json.Append('[').Append(Quoted(property.Name)).Append(',');
        AppendTyped(json, property.GetValue(value, null), level + 1);
        json.Append(']');
      }
      json.Append(']');
    } else if (TypeName(value) == "tuple") {
      json.Append('[');
      bool first = true;
      foreach (FieldInfo field in value.GetType().GetFields()) {
        if (!first) json.Append(',');
        first = false;
        AppendTyped(json, field.GetValue(value), level + 1);
      }
      json.Append(']');
    } else if (value is string || value is JToken || value is XElement || value is XDocument || value is byte[] ||
               value is StringBuilder || !(value is IEnumerable) || value is XNode) {
      json.Append(Quoted(Text(value)));
    } else {
      AppendAll(json, ((IEnumerable)value).Cast<object>(), level + 1);
    }
  }

  static string Text(object value) {
    var culture = CultureInfo.InvariantCulture;
    if (value is DateTime) return ((DateTime)value).ToString("o", culture);
    if (value is DateTimeOffset) return ((DateTimeOffset)value).ToString("o", culture);
    if (value is byte[]) return Convert.ToBase64String((byte[])value);
    if (value is JToken) return ((JToken)value).ToString(Formatting.None);
    if (value is XDocument || value is XElement) return ((XNode)value).ToString(SaveOptions.DisableFormatting);
    if (value is Uri) return ((Uri)value).OriginalString;
    if (value is double) return ((double)value).ToString("R", culture);
    if (value is float) return ((float)value).ToString("R", culture);
    if (value is IFormattable) return ((IFormattable)value).ToString(null, culture);
    return value.ToString() ?? "";
  }

  static string Quoted(string text) {
    var json = new StringBuilder("\"");
    foreach (char c in text ?? "") {
      if (c == '"' || c == '\\') json.Append('\\').Append(c);
      else if (c < ' ' || c > '~') json.Append("\\u").Append(((int)c).ToString("x4"));
      else json.Append(c);
    }
    return json.Append('"').ToString();
  }
}
