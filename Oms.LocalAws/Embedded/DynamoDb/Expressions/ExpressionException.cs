namespace Oms.LocalAws.Embedded.DynamoDb.Expressions;

/// <summary>An expression that DynamoDB refuses; the message is what follows after "Invalid …Expression: ".</summary>
internal sealed class ExpressionException : Exception
{
    public ExpressionException()
    {
    }

    public ExpressionException(string message)
        : base(message)
    {
    }

    public ExpressionException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
