import { FakeApiServer } from "../live/fakeApiServer.ts";

/** An API server, not started, with the kinds of a cluster that has kro, ACK and the API of CartsStack. */
export function cartsServer(): FakeApiServer {
  const server = new FakeApiServer();
  server.serve("kro.run/v1alpha1", "ResourceGraphDefinition", "resourcegraphdefinitions", false);
  server.serve("kro.run/v1alpha1", "CartsStack", "cartsstacks");
  server.serve("v1", "Namespace", "namespaces", false);
  server.serve("v1", "ServiceAccount", "serviceaccounts");
  server.serve("dynamodb.services.k8s.aws/v1alpha1", "Table", "tables");
  return server;
}
