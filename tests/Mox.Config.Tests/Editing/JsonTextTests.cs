using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mox.Config.Editing;

namespace Mox.Config.Tests.Editing;

public class JsonTextTests
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    [Theory]
    [InlineData("{}", "{\n  \"x\": 1,\n}")]
    [InlineData("{ }", "{\n  \"x\": 1,\n}")]
    [InlineData("{ // none yet\n}", "{\n  // none yet\n  \"x\": 1,\n}")]
    [InlineData("{ \"a\": 1 }", "{ \"a\": 1, \"x\": 1 }")]
    [InlineData("{ \"a\": 1, }", "{ \"a\": 1, \"x\": 1, }")]
    [InlineData("{ \"a\": 1 /* , } */ }", "{ \"a\": 1, \"x\": 1 /* , } */ }")]
    [InlineData("{\n  \"a\": 1\n}", "{\n  \"a\": 1,\n  \"x\": 1,\n}")]
    [InlineData("{\n\t\"a\": 1, // one, }\n}", "{\n\t\"a\": 1, // one, }\n\t\"x\": 1,\n}")]
    [InlineData("{\n  \"a\": 1 // one\n}", "{\n  \"a\": 1, // one\n  \"x\": 1,\n}")]
    [InlineData("{\n  \"a\": 1 /* one */ // two\n  // end\n}", "{\n  \"a\": 1, /* one */ // two\n  \"x\": 1,\n  // end\n}")]
    [InlineData("{\r\n  \"a\": { \"b\": 2 },\r\n}", "{\r\n  \"a\": { \"b\": 2 },\r\n  \"x\": 1,\r\n}")]
    [InlineData("{\n  \"a\": 1\n  , // late\n}", "{\n  \"a\": 1\n  , // late\n  \"x\": 1,\n}")]
    [InlineData("{\n  \"a\": 1 }", "{\n  \"a\": 1,\n  \"x\": 1, }")]
    [InlineData("{\"x\":2}", "{\"x\":1}")]
    [InlineData("{ \"a\": 0, \"x\" : /* y */ [ 2, // two\n 3 ], \"b\": 1 }", "{ \"a\": 0, \"x\" : /* y */ 1, \"b\": 1 }")]
    public void Set_Member_KeepsTheRest(string before, string after)
    {
        JsonText text = Text(before);
        text.Set(["x"], "1");
        Assert.Equal(after, Encoding.UTF8.GetString(text.ToArray()));
        JsonNode.Parse(text.ToArray(), null, Lenient);
    }

    [Fact]
    public void Set_DeepMember_MakesWhatIsMissing()
    {
        JsonText text = Text("{\n  \"Accounts\": {\n    \"a\": {},\n  },\n}\n");
        text.Set(["Accounts", "b", "Destinations", "ü\"@example.org"], "{}");
        Assert.Equal(
            "{\n  \"Accounts\": {\n    \"a\": {},\n    \"b\": { \"Destinations\": { \"ü\\\"@example.org\": {} } },\n  },\n}\n",
            Encoding.UTF8.GetString(text.ToArray()));
    }

    [Theory]
    [InlineData("{ \"x\": 1 }", "{ }")]
    [InlineData("{ \"x\": 1, \"a\": 2 }", "{ \"a\": 2 }")]
    [InlineData("{ \"a\": 2, \"x\": 1 }", "{ \"a\": 2 }")]
    [InlineData("{ \"a\": 2, \"x\": 1, }", "{ \"a\": 2, }")]
    [InlineData("{ \"a\": 2, /* why */ \"x\": 1 }", "{ \"a\": 2, /* why */ }")]
    [InlineData("{\n  \"a\": 1,\n  \"x\": {\n    \"y\": 1, // }\n  }, // gone\n  \"b\": 2\n}", "{\n  \"a\": 1,\n  \"b\": 2\n}")]
    [InlineData("{\n  \"a\": 1, // kept\n  \"x\": 1\n}", "{\n  \"a\": 1, // kept\n}")]
    [InlineData("{\n  \"a\": 1, // kept\n  \"x\": 1 }", "{\n  \"a\": 1, // kept\n  }")]
    [InlineData("{\n  // above\n  \"x\": 1, \"b\": 2\n}", "{\n  // above\n  \"b\": 2\n}")]
    [InlineData("{\r\n  \"x\": 1,\r\n  \"b\": 2\r\n}", "{\r\n  \"b\": 2\r\n}")]
    public void Remove_Member_KeepsTheRest(string before, string after)
    {
        JsonText text = Text(before);
        Assert.True(text.Remove("x"));
        Assert.Equal(after, Encoding.UTF8.GetString(text.ToArray()));
        JsonNode.Parse(text.ToArray(), null, Lenient);
        Assert.False(text.Remove("x"));
        Assert.False(text.Remove("x", "y"));
    }

    [Theory]
    [InlineData("{ \"l\": [] }", "{ \"l\": [ \"x\" ] }")]
    [InlineData("{ \"l\": [ \"a\" ] }", "{ \"l\": [ \"a\", \"x\" ] }")]
    [InlineData("{ \"l\": [\n  \"a\" // first\n] }", "{ \"l\": [\n  \"a\", // first\n  \"x\",\n] }")]
    [InlineData("{ \"k\": 1 }", "{ \"k\": 1, \"l\": [ \"x\" ] }")]
    public void AddText_ThenRemove_KeepsTheRest(string before, string after)
    {
        JsonText text = Text(before);
        text.AddText(["l"], "x");
        Assert.Equal(after, Encoding.UTF8.GetString(text.ToArray()));
        Assert.Contains("x", text.Texts("l"));
        Assert.True(text.RemoveTexts(["l"], item => item == "x"));
        Assert.DoesNotContain("x", text.Texts("l"));
        Assert.False(text.RemoveTexts(["l"], item => item == "x"));
    }

    [Fact]
    public void ByteOrderMark_IsKept()
    {
        var text = new JsonText([.. Encoding.UTF8.Preamble, .. "{}"u8]);
        text.Set(["x"], "1");
        Assert.Equal([.. Encoding.UTF8.Preamble, .. "{\n  \"x\": 1,\n}"u8], text.ToArray());
    }

    [Fact]
    public void RandomEdits_SayTheSameAsOnADocument()
    {
        var random = new Random(20261121);
        string[] starts =
        [
            "{}", "{ \"a\": { \"a\": 1 }, \"b\": {} }", "// top\n{\n  // a is\n  \"a\": { // {\n    \"b\": 1 // one\n  },\n  \"b\": {}, /* } */\n}\n// end",
            "{\r\n\t\"c\": {\r\n\t\t\"a\": 1, \"b\": { \"a\": [] }\r\n\t}\r\n}",
        ];
        for (int round = 0; round < 2000; round++)
        {
            string start = starts[random.Next(starts.Length)];
            JsonText text = Text(start);
            JsonObject expected = JsonNode.Parse(start, null, Lenient)!.AsObject();
            int comments = Comments(start);
            for (int i = 0; i < 6; i++)
            {
                string[] path = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => "abc"[random.Next(3)].ToString())];
                Edit(text, expected, path, random.Next(3));
                Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(text.ToArray(), null, Lenient)), start);
            }

            Assert.True(Comments(Encoding.UTF8.GetString(text.ToArray())) <= comments);
        }
    }

    // Only a path through objects, as the editor uses them.
    private static void Edit(JsonText text, JsonObject expected, string[] path, int what)
    {
        JsonObject? at = expected;
        foreach (string name in path[..^1])
        {
            if (at[name] is { } next and not JsonObject)
            {
                return;
            }

            if (what > 0 && at[name] is null)
            {
                at[name] = new JsonObject();
            }

            at = at[name]?.AsObject();
            if (at is null)
            {
                Assert.False(text.Remove(path));
                return;
            }
        }

        if (what == 0)
        {
            Assert.Equal(at.Remove(path[^1]), text.Remove(path));
            return;
        }

        string json = what == 1 ? "7" : "{ \"a\": {} }";
        at[path[^1]] = JsonNode.Parse(json);
        text.Set(path, json);
    }

    private static int Comments(string text) => text.Split("//").Length + text.Split("/*").Length;

    private static JsonText Text(string json) => new(Encoding.UTF8.GetBytes(json));
}
