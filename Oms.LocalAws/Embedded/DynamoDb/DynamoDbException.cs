namespace Oms.LocalAws.Embedded.DynamoDb;

/// <summary>A refusal in the words of DynamoDB; it becomes the answer of the call.</summary>
internal sealed class DynamoDbException : Exception
{
    private const string Service = "com.amazonaws.dynamodb.v20120810#";

    public DynamoDbException()
        : this("")
    {
    }

    public DynamoDbException(string message)
        : this(Service + "InternalServerError", message)
    {
    }

    public DynamoDbException(string message, Exception inner)
        : base(message, inner) => Type = Service + "InternalServerError";

    private DynamoDbException(string type, string message)
        : base(message) => Type = type;

    /// <summary>The error's shape with its namespace, as `__type` carries it.</summary>
    public string Type { get; }

    public static DynamoDbException Validation(string message) => new("com.amazon.coral.validate#ValidationException", message);

    public static DynamoDbException Serialization(string message) => new("com.amazon.coral.service#SerializationException", message);

    public static DynamoDbException UnknownOperation(string operation) =>
        new("com.amazon.coral.service#UnknownOperationException", $"The embedded DynamoDB has no operation {operation}.");

    /// <summary>What DynamoDB knows and this engine does not.</summary>
    public static DynamoDbException Unsupported(string operation, string parameter) =>
        Validation($"The embedded DynamoDB does not support the parameter {parameter} of {operation}.");

    public static DynamoDbException Of(string shape, string message) => new(Service + shape, message);

    public static DynamoDbException TableNotFound() => Of("ResourceNotFoundException", "Requested resource not found");

    public static DynamoDbException TableNotFound(string table) => Of("ResourceNotFoundException", $"Requested resource not found: Table: {table} not found");
}
