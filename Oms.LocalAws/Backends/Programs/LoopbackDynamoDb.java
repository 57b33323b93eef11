import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import software.amazon.dynamodb.services.local.main.ServerRunner;
import software.amazon.dynamodb.services.local.server.DynamoDBProxyServer;

/** DynamoDB Local listens on every interface and has no option for it: this start binds its server to loopback first. */
public final class LoopbackDynamoDb {
    public static void main(String[] arguments) throws Exception {
        DynamoDBProxyServer local = ServerRunner.createServerFromCommandLineArgs(arguments);
        var field = DynamoDBProxyServer.class.getDeclaredField("server");
        field.setAccessible(true);
        var connector = (ServerConnector) ((Server) field.get(local)).getConnectors()[0];
        connector.setHost("127.0.0.1");
        connector.setPort(Integer.getInteger("oms.port"));
        connector.setIdleTimeout(0); // a client may keep an idle connection: never close it under a request
        local.safeStart();
        System.out.println("listening on " + connector.getLocalPort());
        if (System.getenv("OMS_STOP_WITH_STDIN") == null) {
            local.join();
        }
        while (System.in.read() >= 0) {
        }
        System.exit(0);
    }
}
