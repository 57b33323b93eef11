using Amazon.CDK;

namespace Oms.Cloud;

/// <summary>The table of contents of the cloud: each line makes one kind of thing, from the list in the file that it names.</summary>
internal sealed class OmsStack : Stack
{
    public OmsStack(App app)
        : base(app, "oms", new StackProps
        {
            Description = "Oms: a serverless order management system",
            Synthesizer = new DefaultStackSynthesizer(new DefaultStackSynthesizerProps { GenerateBootstrapVersionRule = false }),
        })
    {
        var settings = new Settings(this);
        var services = Names.Services.ToDictionary(name => name, name => new ServiceResources(this, name));
        var inboxes = Inboxes.Create(this);
        Subscriptions.Create(this, services, inboxes);
        var clocks = Clocks.Create(this, inboxes);
        QueuePolicies.Create(this, services, inboxes, clocks);
        var roles = Permissions.Create(this, services, inboxes);
        var functions = Functions.Create(this, settings, services, inboxes, roles);
        EventSources.Create(this, services, inboxes, functions);
        HttpApi.Create(this, settings, functions);
    }
}
