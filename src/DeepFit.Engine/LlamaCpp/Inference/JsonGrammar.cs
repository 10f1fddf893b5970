using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using DeepFit.Core.Text;

namespace DeepFit.Engine.LlamaCpp.Inference;

/// <summary>
/// Grammars in llama.cpp's GBNF (grammars/README.md, v0.4.0) for answers in JSON: any object, or what a JSON schema allows. Of JSON Schema it knows <c>type</c>, <c>properties</c>,
/// <c>required</c>, <c>additionalProperties</c>, <c>items</c>, <c>minItems</c>, <c>maxItems</c>, <c>minLength</c>, <c>maxLength</c>, <c>enum</c>, <c>const</c>, <c>anyOf</c>, <c>oneOf</c> and <c>$ref</c> into the same
/// document; whatever else would restrict the answer is refused rather than ignored.
/// </summary>
public sealed class JsonGrammar
{
    private const int MostRules = 4000;
    private const int MostRepeats = 2000; // llama-grammar.cpp refuses more (MAX_REPETITION_THRESHOLD, v0.4.0)

    // lead: R1 sets its answer apart from its reasoning by an empty line
    private const string Common = """
        value ::= object | array | string | number | boolean | null
        object ::= "{" ws ( string ":" ws value ws ( "," ws string ":" ws value ws )* )? "}"
        array ::= "[" ws ( value ws ( "," ws value ws )* )? "]"
        string ::= "\"" char* "\""
        char ::= [^"\\\x7F\x00-\x1F] | "\\" ( ["\\/bfnrt] | "u" [0-9a-fA-F] [0-9a-fA-F] [0-9a-fA-F] [0-9a-fA-F] )
        integer ::= "-"? ( "0" | [1-9] [0-9]{0,17} )
        number ::= integer ( "." [0-9]{1,18} )? ( [eE] [-+]? [0-9]{1,3} )?
        boolean ::= "true" | "false"
        null ::= "null"
        ws ::= | " " | "\n" [ \t]{0,20}
        lead ::= "\n"{0,2}

        """;

    private static readonly HashSet<string> Annotations = new(StringComparer.Ordinal)
    {
        "$schema", "$id", "$defs", "definitions", "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "$comment", "format", "strict",
    };

    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "type", "properties", "required", "additionalProperties", "items", "minItems", "maxItems", "minLength", "maxLength", "enum", "const", "anyOf", "oneOf", "$ref",
    };

    private static readonly BilingualText TooLarge = new("it is too large", "模式过大");

    private JsonElement root;
    private readonly StringBuilder rules = new();
    private readonly Dictionary<string, string> references = new(StringComparer.Ordinal);
    private int count;

    private JsonGrammar(JsonElement root) => this.root = root;

    /// <summary>Any JSON object.</summary>
    public static string AnyObject { get; } = "root ::= lead object\n" + Common;

    /// <summary>What a JSON schema allows.</summary>
    /// <param name="schema">The schema: an object, or <c>true</c> for anything.</param>
    /// <exception cref="GenerationRequestException">It is none, or restricts in a way that is not known.</exception>
    public static string FromSchema(JsonElement schema)
    {
        var grammar = new JsonGrammar(schema);
        string start = grammar.Rule(schema, "schema");
        return $"root ::= lead {start}\n{grammar.rules}{Common}";
    }

    /// <summary>One call of a function or more, as R1's templates have them written, with arguments that the functions' schemas allow.</summary>
    /// <param name="tools">The functions, at least one.</param>
    /// <param name="several">Whether more than one call may be made.</param>
    /// <exception cref="GenerationRequestException">A schema is none, or restricts in a way that is not known.</exception>
    public static string FromTools(IReadOnlyList<ChatTool> tools, bool several)
    {
        ArgumentNullException.ThrowIfNull(tools);
        var grammar = new JsonGrammar(default);
        var calls = new List<string>();
        foreach (ChatTool tool in tools)
        {
            using JsonDocument schema = JsonDocument.Parse(tool.Parameters);
            grammar.root = schema.RootElement;
            grammar.references.Clear(); // a reference leads within its own schema
            calls.Add(Call(tool, grammar.Rule(schema.RootElement, tool.Name)));
        }

        string all = grammar.Calls(calls, several);
        return $"root ::= lead {all}\n{grammar.rules}{Common}";
    }

    /// <summary>An answer in JSON, or calls of functions instead; their arguments may be any objects, as where the model calls by itself.</summary>
    /// <param name="schema">What the answer must be; null for any object.</param>
    /// <param name="tools">The functions, at least one.</param>
    /// <param name="several">Whether more than one call may be made.</param>
    /// <exception cref="GenerationRequestException">The schema is none, or restricts in a way that is not known.</exception>
    public static string FromSchemaOrTools(JsonElement? schema, IReadOnlyList<ChatTool> tools, bool several)
    {
        ArgumentNullException.ThrowIfNull(tools);
        var grammar = new JsonGrammar(schema ?? default);
        string answer = schema is { } given ? grammar.Rule(given, "schema") : "object";
        string calls = grammar.Calls(tools.Select(tool => Call(tool, "object")), several);
        return $"root ::= lead ( {answer} | {calls} )\n{grammar.rules}{Common}";
    }

    private static string Call(ChatTool tool, string arguments) => $"{Quote($"{tool.Name}\n```json\n")} {arguments}";

    private string Calls(IEnumerable<string> calls, bool several)
    {
        string call = Define($"{Quote($"{R1Template.CallBegin}function{R1Template.Separator}")} ( {string.Join(" | ", calls)} ) {Quote("\n```")} \"\\n\"? {Quote(R1Template.CallEnd)}");
        string more = several ? $"( \"\\n\"? {call} )*" : "";
        return Define($"{Quote(R1Template.CallsBegin)} {call} {more} {Quote(R1Template.CallsEnd)}");
    }

    private string Rule(JsonElement schema, string where)
    {
        if (schema.ValueKind == JsonValueKind.True)
        {
            return "value";
        }

        if (schema.ValueKind != JsonValueKind.Object)
        {
            throw Invalid(where, "a schema must be an object or true", "模式必须是对象或 true");
        }

        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw Invalid("schema", TooLarge.En, TooLarge.Zh);
        }

        foreach (JsonProperty property in schema.EnumerateObject())
        {
            if (!Annotations.Contains(property.Name) && !Known.Contains(property.Name))
            {
                throw Invalid(where, $"'{property.Name}' is not supported; leave it out", $"不支持“{property.Name}”，请去掉");
            }
        }

        if (schema.TryGetProperty("$ref", out JsonElement reference))
        {
            Alone(schema, where, "$ref");
            return Reference(reference, where);
        }

        if (schema.TryGetProperty("const", out JsonElement only))
        {
            Alone(schema, where, "const", "type");
            return Define(Literal(only));
        }

        if (schema.TryGetProperty("enum", out JsonElement choices))
        {
            Alone(schema, where, "enum", "type");
            return choices.ValueKind == JsonValueKind.Array && choices.GetArrayLength() > 0
                ? Define(string.Join(" | ", choices.EnumerateArray().Select(Literal)))
                : throw Invalid(where, "'enum' must be a list of values", "“enum”必须是值的列表");
        }

        if (schema.TryGetProperty("anyOf", out JsonElement options) || schema.TryGetProperty("oneOf", out options))
        {
            Alone(schema, where, schema.TryGetProperty("anyOf", out _) ? "anyOf" : "oneOf");
            return options.ValueKind == JsonValueKind.Array && options.GetArrayLength() > 0
                ? Define(string.Join(" | ", options.EnumerateArray().Select((o, i) => Rule(o, string.Create(CultureInfo.InvariantCulture, $"{where}.anyOf[{i}]")))))
                : throw Invalid(where, "'anyOf' must be a list of schemas", "“anyOf”必须是模式列表");
        }

        if (!schema.TryGetProperty("type", out JsonElement type))
        {
            return schema.TryGetProperty("properties", out _) ? Object(schema, where)
                : schema.TryGetProperty("items", out _) ? Array(schema, where)
                : schema.EnumerateObject().FirstOrDefault(p => Known.Contains(p.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } stray
                    ? throw Invalid(where, $"'{stray.Name}' needs 'type' beside it", $"“{stray.Name}”需要同时指定“type”")
                : "value";
        }

        if (type.ValueKind == JsonValueKind.Array && type.GetArrayLength() == 0)
        {
            throw Invalid(where, "'type' names no type", "“type”没有列出任何类型");
        }

        return type.ValueKind == JsonValueKind.Array
            ? Define(string.Join(" | ", type.EnumerateArray().Select(t => OfType(t.ToString(), schema, where))))
            : OfType(type.ToString(), schema, where);
    }

    /// <summary>Refuses what would restrict the answer further beside a word that decides it.</summary>
    private static void Alone(JsonElement schema, string where, string word, string? harmless = null)
    {
        foreach (JsonProperty property in schema.EnumerateObject())
        {
            if (Known.Contains(property.Name) && property.Name != word && property.Name != harmless)
            {
                throw Invalid(where, $"'{property.Name}' beside '{word}' is not supported; leave one out", $"“{word}”旁边不支持“{property.Name}”，请去掉其一");
            }
        }
    }

    private string OfType(string type, JsonElement schema, string where) => type switch
    {
        "object" => Object(schema, where),
        "array" => Array(schema, where),
        "string" => Text(schema, where),
        "number" or "integer" or "boolean" or "null" => type,
        _ => throw Invalid(where, $"'{type}' is not a type", $"“{type}”不是有效的类型"),
    };

    private string Object(JsonElement schema, string where)
    {
        bool listed = schema.TryGetProperty("properties", out JsonElement properties);
        if (listed && properties.ValueKind != JsonValueKind.Object)
        {
            throw Invalid(where, "'properties' must be an object", "“properties”必须是对象");
        }

        HashSet<string> required = Required(schema, where);
        if (required.FirstOrDefault(name => !listed || !properties.TryGetProperty(name, out _)) is { } unknown)
        {
            throw Invalid(where, $"'required' names '{unknown}', which is not among 'properties'", $"“required”中的“{unknown}”不在“properties”里");
        }

        if (!listed || !properties.EnumerateObject().Any())
        {
            bool open = !schema.TryGetProperty("additionalProperties", out JsonElement others) || others.ValueKind != JsonValueKind.False;
            return !open ? Define("\"{\" ws \"}\"")
                : others.ValueKind == JsonValueKind.Object ? Map(Rule(others, where + ".additionalProperties"))
                : "object";
        }

        string[] members =
        [
            .. properties.EnumerateObject().Select(p => Define($"{Quote(JsonEncoded(p.Name))} \":\" ws {Rule(p.Value, $"{where}.{p.Name}")} ws")),
        ];
        bool[] needed = [.. properties.EnumerateObject().Select(p => required.Contains(p.Name))];

        // two rules a member, from the last to the first: what may follow when nothing, or something, stands before
        string fresh = "\"\"", after = "\"\"";
        for (int i = members.Length - 1; i >= 0; i--)
        {
            string first = $"{members[i]} {after}";
            string later = $"\",\" ws {members[i]} {after}";
            (fresh, after) = (Define(needed[i] ? first : $"{first} | {fresh}"), Define(needed[i] ? later : $"{later} | {after}"));
        }

        return Define($"\"{{\" ws {fresh} \"}}\"");
    }

    private static HashSet<string> Required(JsonElement schema, string where)
    {
        if (!schema.TryGetProperty("required", out JsonElement names))
        {
            return [];
        }

        return names.ValueKind == JsonValueKind.Array
            ? [.. names.EnumerateArray().Select(n => n.ToString())]
            : throw Invalid(where, "'required' must be a list of names", "“required”必须是名称列表");
    }

    private string Map(string value) => Define($"\"{{\" ws ( string \":\" ws {value} ws ( \",\" ws string \":\" ws {value} ws )* )? \"}}\"");

    private string Array(JsonElement schema, string where)
    {
        string item = schema.TryGetProperty("items", out JsonElement items) ? Rule(items, where + ".items") : "value";
        (int least, int? most) = Bounds(schema, "minItems", "maxItems", where);
        if (most == 0)
        {
            return Define("\"[\" ws \"]\"");
        }

        string more = $"( \",\" ws {item} ws ){Repeat(Math.Max(0, least - 1), most - 1)}";
        return Define(least == 0 ? $"\"[\" ws ( {item} ws {more} )? \"]\"" : $"\"[\" ws {item} ws {more} \"]\"");
    }

    private string Text(JsonElement schema, string where)
    {
        (int least, int? most) = Bounds(schema, "minLength", "maxLength", where);
        return least == 0 && most is null ? "string" : Define($"\"\\\"\" char{Repeat(least, most)} \"\\\"\"");
    }

    private static string Repeat(int least, int? most) => most is { } limit
        ? string.Create(CultureInfo.InvariantCulture, $"{{{least},{limit}}}")
        : least == 0 ? "*" : string.Create(CultureInfo.InvariantCulture, $"{{{least},}}");

    private static (int Least, int? Most) Bounds(JsonElement schema, string least, string most, string where)
    {
        int? low = Bound(schema, least, where), high = Bound(schema, most, where);
        return high < low ? throw Invalid(where, $"{most} is less than {least}", $"{most} 小于 {least}") : (low ?? 0, high);
    }

    private static int? Bound(JsonElement schema, string name, string where)
    {
        if (!schema.TryGetProperty(name, out JsonElement value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int bound) && bound is >= 0 and <= MostRepeats
            ? bound
            : throw Invalid(where, $"{name} must be a whole number from 0 to {MostRepeats}", $"{name} 必须是 0 到 {MostRepeats} 的整数");
    }

    private string Reference(JsonElement reference, string where)
    {
        string path = reference.ToString();
        if (references.TryGetValue(path, out string? known))
        {
            return known;
        }

        JsonElement target = root;
        bool found = path.StartsWith('#');
        foreach (string part in path.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            found = found && target.ValueKind == JsonValueKind.Object
                && target.TryGetProperty(part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal), out target);
        }

        if (!found)
        {
            throw Invalid(where, $"'$ref' leads nowhere: {path}", $"“$ref”无法解析：{path}");
        }

        string name = NextName();
        references.Add(path, name); // before its content, which may refer to itself
        string content = Rule(target, path);
        rules.Append(name).Append(" ::= ").Append(content).Append('\n');
        return name;
    }

    private string Define(string content)
    {
        string name = NextName();
        rules.Append(name).Append(" ::= ").Append(content).Append('\n');
        return name;
    }

    private string NextName() => ++count <= MostRules
        ? string.Create(CultureInfo.InvariantCulture, $"r{count}")
        : throw Invalid("schema", TooLarge.En, TooLarge.Zh);

    private static string Literal(JsonElement value) => Quote(value.ValueKind == JsonValueKind.String ? JsonEncoded(value.GetString()!) : value.GetRawText());

    private static string JsonEncoded(string text) => $"\"{JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (char c in text)
        {
            quoted.Append(c switch { '"' => "\\\"", '\\' => "\\\\", '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", _ => c.ToString() });
        }

        return quoted.Append('"').ToString();
    }

    private static GenerationRequestException Invalid(string where, string en, string zh) => new("response_format", "invalid_value", new BilingualText(
        $"The JSON schema cannot be used: at {where}, {en}.", $"JSON 模式不可用：在 {where} 处，{zh}。"));
}
