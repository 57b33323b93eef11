namespace Oms.LocalAws.Templates;

/// <summary>The template asks for something that LocalAws cannot do, or contradicts itself; the message says where.</summary>
public sealed class TemplateException : Exception
{
    public TemplateException()
    {
    }

    public TemplateException(string message)
        : base(message)
    {
    }

    public TemplateException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
