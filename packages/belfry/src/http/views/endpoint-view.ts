import type { Endpoint } from "../../domain/target.ts";
import { formatInstant } from "../../time/instant.ts";
import type { EndpointResource } from "../schemas/endpoint.ts";

/** An endpoint as the API shows it: its secrets are counted, never shown. */
export function endpointResource(endpoint: Endpoint): EndpointResource {
  return {
    id: endpoint.id,
    name: endpoint.name,
    url: endpoint.url,
    state: endpoint.state,
    offReason: endpoint.offReason,
    secretCount: endpoint.secrets.length,
    revision: endpoint.revision,
    createdAt: formatInstant(endpoint.createdAtMs),
    updatedAt: formatInstant(endpoint.updatedAtMs),
  };
}
