using Amazon.Runtime.Internal.Transform;

namespace Amazon.SimpleNotificationService.Internal;

internal static class SnsXml
{
    /// <summary>Calls back for every element below the current one, with the depth at which its direct children stand.</summary>
    public static void ReadMembers(this XmlUnmarshallerContext xml, Action<int> member)
    {
        var depth = xml.CurrentDepth;
        while (xml.ReadAtDepth(depth))
        {
            if (xml.IsStartElement || xml.IsAttribute)
            {
                member(depth + 1);
            }
        }
    }
}
