namespace Oms.LocalAws.Embedded.DynamoDb.Expressions;

/// <summary>The words and signs of an expression, one after another, and the syntax error at the present one.</summary>
internal sealed class ExpressionTokens
{
    private const string End = "<EOF>";

    private readonly string _text;
    private readonly List<Range> _tokens = [];
    private int _at;

    public ExpressionTokens(string text)
    {
        _text = text;
        for (var at = 0; at < text.Length;)
        {
            if (text[at] is ' ' or '\t' or '\r' or '\n')
            {
                at++;
                continue;
            }

            var end = EndOf(text, at);
            _tokens.Add(at..end);
            at = end;
        }
    }

    public bool AtEnd => _at == _tokens.Count;

    public string Current => Text(_at);

    /// <summary>A name without a placeholder's sign.</summary>
    public bool AtIdentifier => !AtEnd && Current is [var first, ..] && IsLetter(first);

    public bool AtName => AtIdentifier || Current is ['#', _, ..];

    public bool AtValue => Current is [':', _, ..];

    public bool AtNumber => !AtEnd && char.IsAsciiDigit(Current[0]);

    public bool Is(string sign) => Current == sign;

    /// <summary>Keywords are written in any case.</summary>
    public bool IsKeyword(string keyword) => Current.Equals(keyword, StringComparison.OrdinalIgnoreCase);

    public bool NextIs(string sign) => Text(_at + 1) == sign;

    public string Take()
    {
        var token = Current;
        if (AtEnd) throw SyntaxError();
        _at++;
        return token;
    }

    public bool Skip(string sign)
    {
        if (!Is(sign)) return false;
        _at++;
        return true;
    }

    public bool SkipKeyword(string keyword)
    {
        if (!IsKeyword(keyword)) return false;
        _at++;
        return true;
    }

    public void Expect(string sign)
    {
        if (!Skip(sign)) throw SyntaxError();
    }

    public void ExpectKeyword(string keyword)
    {
        if (!SkipKeyword(keyword)) throw SyntaxError();
    }

    /// <summary>Names the present token and the text from the one before to the one after it.</summary>
    public ExpressionException SyntaxError()
    {
        var from = _at == 0 ? 0 : _tokens[_at - 1].Start.Value;
        var to = _at + 1 < _tokens.Count ? _tokens[_at + 1].End.Value : _text.Length;
        return new($"Syntax error; token: \"{Current}\", near: \"{_text[from..to]}\"");
    }

    private static int EndOf(string text, int at)
    {
        var end = at + 1;
        if (IsLetter(text[at]) || text[at] is '#' or ':')
            while (end < text.Length && (IsLetter(text[end]) || char.IsAsciiDigit(text[end]))) end++;
        else if (char.IsAsciiDigit(text[at]))
            while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        else if (end < text.Length && text[at..(end + 1)] is "<=" or ">=" or "<>")
            end++;
        return end;
    }

    private static bool IsLetter(char letter) => char.IsAsciiLetter(letter) || letter == '_';

    private string Text(int at) => at < _tokens.Count ? _text[_tokens[at]] : End;
}
