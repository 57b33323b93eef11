using System.Globalization;
using System.Runtime.CompilerServices;

namespace Oms.LocalAws.Embedded.DynamoDb.Expressions;

/// <summary>
/// Parses conditions, updates and projections.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html#Expressions.OperatorsAndFunctions.Syntax
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
/// </summary>
internal sealed class ExpressionParser
{
    private static readonly string[] Reserved = ["AND", "OR", "NOT", "BETWEEN", "IN"];
    private static readonly string[] Sections = ["SET", "REMOVE", "ADD", "DELETE"];

    private readonly ExpressionTokens _tokens;
    private bool _redundantParentheses;

    private ExpressionParser(string text)
    {
        if (text.Length == 0) throw new ExpressionException("The expression can not be empty;");
        _tokens = new(text);
    }

    /// <exception cref="ExpressionException">It is no condition.</exception>
    public static ConditionExpression Condition(string text)
    {
        var parser = new ExpressionParser(text);
        var root = parser.Required(parser.Or());
        return parser._tokens.AtEnd ? new(root, parser._redundantParentheses) : throw parser._tokens.SyntaxError();
    }

    /// <exception cref="ExpressionException">It is no list of paths.</exception>
    public static ProjectionExpression Projection(string text)
    {
        var parser = new ExpressionParser(text);
        List<PathOperand> paths = [];
        do paths.Add(parser.Path());
        while (parser._tokens.Skip(","));
        return parser._tokens.AtEnd ? new([.. paths]) : throw parser._tokens.SyntaxError();
    }

    /// <exception cref="ExpressionException">It is no update.</exception>
    public static UpdateExpression Update(string text)
    {
        var parser = new ExpressionParser(text);
        var tokens = parser._tokens;
        List<UpdateAction> actions = [];
        HashSet<UpdateSection> seen = [];
        UpdateSection? repeated = null;
        do
        {
            var at = Array.FindIndex(Sections, tokens.IsKeyword);
            if (at < 0) throw tokens.SyntaxError();
            tokens.Take();
            var section = (UpdateSection)at;
            if (!seen.Add(section)) repeated ??= section;
            do actions.Add(parser.Action(section));
            while (tokens.Skip(","));
        }
        while (!tokens.AtEnd);
        return new([.. actions], repeated, parser._redundantParentheses);
    }

    private UpdateAction Action(UpdateSection section)
    {
        var path = Path();
        switch (section)
        {
            case UpdateSection.Set:
                _tokens.Expect("=");
                return new(section, path, SetValue());
            case UpdateSection.Remove:
                return new(section, path, null);
            default:
                return new(section, path, _tokens.AtValue ? new ValueOperand(_tokens.Take()) : throw _tokens.SyntaxError());
        }
    }

    /// <summary>Parentheses may stand around a sum or around what is added, but there is no sum inside a sum.</summary>
    private Operand SetValue()
    {
        var left = _tokens.Is("(") ? InParentheses(SetValue) : SimpleOperand(UpdateOperand);
        if (left is SumOperand || (!_tokens.Is("+") && !_tokens.Is("-"))) return left;
        var sign = _tokens.Take()[0];
        return new SumOperand(sign, left, UpdateOperand());
    }

    private Operand UpdateOperand() => _tokens.Is("(") ? InParentheses(UpdateOperand) : SimpleOperand(UpdateOperand);

    private T InParentheses<T>(Func<T> read)
        where T : ExpressionNode
    {
        RequireStack();
        _tokens.Expect("(");
        var inner = read();
        _tokens.Expect(")");
        if (inner.Enclosed) _redundantParentheses = true;
        return inner with { Enclosed = true };
    }

    private ExpressionNode Or()
    {
        var left = And();
        if (!_tokens.IsKeyword("OR")) return left;
        var condition = Required(left);
        while (_tokens.SkipKeyword("OR")) condition = new OrNode(condition, Required(And()));
        return condition;
    }

    private ExpressionNode And()
    {
        var left = Not();
        if (!_tokens.IsKeyword("AND")) return left;
        var condition = Required(left);
        while (_tokens.SkipKeyword("AND")) condition = new AndNode(condition, Required(Not()));
        return condition;
    }

    private ExpressionNode Not()
    {
        if (!_tokens.SkipKeyword("NOT")) return Comparison();
        RequireStack();
        return new NotNode(Required(Not()));
    }

    private ExpressionNode Comparison()
    {
        var left = Primary();
        if (left is not Operand value) return left;
        if (_tokens.Current is "=" or "<>" or "<" or "<=" or ">" or ">=") return new ComparisonNode(_tokens.Take(), value, ParsedOperand());
        if (_tokens.SkipKeyword("BETWEEN"))
        {
            var low = ParsedOperand();
            _tokens.ExpectKeyword("AND");
            return new BetweenNode(value, low, ParsedOperand());
        }

        if (!_tokens.SkipKeyword("IN")) return value;
        _tokens.Expect("(");
        return new InNode(value, Arguments(ParsedOperand));
    }

    /// <summary>In parentheses may stand a condition or an operand; what follows tells what is wanted.</summary>
    private ExpressionNode Primary() => _tokens.Is("(") ? InParentheses(Or) : SimpleOperand(ParsedOperand);

    private Operand ParsedOperand() => Primary() as Operand ?? throw _tokens.SyntaxError();

    private ConditionNode Required(ExpressionNode node) => node switch
    {
        ConditionNode condition => condition,
        FunctionOperand function => new FunctionNode(function) { Enclosed = function.Enclosed },
        _ => throw _tokens.SyntaxError(),
    };

    private Operand SimpleOperand(Func<Operand> argument)
    {
        if (_tokens.AtValue) return new ValueOperand(_tokens.Take());
        if (!_tokens.AtIdentifier || !_tokens.NextIs("(") || Reserved.Any(_tokens.IsKeyword)) return Path();
        RequireStack();
        var name = _tokens.Take();
        _tokens.Expect("(");
        return new FunctionOperand(name, Arguments(argument));
    }

    private Operand[] Arguments(Func<Operand> argument)
    {
        List<Operand> arguments = [];
        do arguments.Add(argument());
        while (_tokens.Skip(","));
        _tokens.Expect(")");
        return [.. arguments];
    }

    private PathOperand Path()
    {
        List<PathStep> steps = [new(Name(), 0)];
        while (true)
        {
            if (_tokens.Skip("."))
            {
                steps.Add(new(Name(), 0));
            }
            else if (_tokens.Skip("["))
            {
                if (!_tokens.AtNumber) throw _tokens.SyntaxError();
                var index = _tokens.Take();
                steps.Add(new(null, int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : throw new ExpressionException($"List index is not within the allowable range; index: [{index}]")));
                _tokens.Expect("]");
            }
            else
            {
                return new([.. steps]);
            }
        }
    }

    /// <summary>Whatever opens another level asks first: a stack that ends would end the process.</summary>
    private static void RequireStack()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw new ExpressionException("The expression is nested too deeply;");
    }

    private string Name() => _tokens.AtName && !Reserved.Any(_tokens.IsKeyword) && !Sections.Any(_tokens.IsKeyword) ? _tokens.Take() : throw _tokens.SyntaxError();
}
