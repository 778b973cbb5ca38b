import type { ApiDocument, Parameter, Schema } from "./api-document.ts";
import { bodySchemaOf, type Place } from "./operation-rows.ts";
import { componentOf } from "./schema-text.ts";

/** A request that an operation takes. */
export interface ExampleRequest {
  method: string;
  path: string;
  /** Absent if it needs none. */
  body?: unknown;
  needsKey: boolean;
}

/** A request made of the examples in the document. */
export function exampleOf({ method, path, operation }: Place, document: ApiDocument): ExampleRequest {
  const parameters = operation.parameters ?? [];
  const schema = bodySchemaOf(operation);
  return {
    method,
    path: path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(pathExample(parameters, name))),
    ...(schema ? { body: valueFor(schema, document) } : {}),
    needsKey: operation.security.length > 0,
  };
}

function pathExample(parameters: readonly Parameter[], name: string): unknown {
  return parameters.find((one) => one.in === "path" && one.name === name)?.schema.example ?? name;
}

/** The example of a schema, else one of what it must hold, else one of the least that it may be. */
function valueFor(schema: Schema, document: ApiDocument): unknown {
  if (schema.$ref !== undefined) {
    const target = document.components.schemas[componentOf(schema.$ref)];
    return target ? valueFor(target, document) : {};
  }
  if (schema.example !== undefined) return schema.example;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  const [part] = schema.anyOf ?? schema.allOf ?? [];
  if (part) return valueFor(part, document);
  return leastOf(schema, document);
}

function leastOf(schema: Schema, document: ApiDocument): unknown {
  switch ([schema.type].flat()[0]) {
    case "object":
      return objectOf(schema, document);
    case "array":
      return [valueFor(schema.items ?? {}, document)];
    case "integer":
    case "number":
      return schema.minimum ?? 1;
    case "boolean":
      return true;
    default:
      return "text";
  }
}

function objectOf({ properties = {}, required = [], minProperties = 0 }: Schema, document: ApiDocument) {
  const names = Object.keys(properties);
  const given = required.length >= minProperties ? required : names.slice(0, minProperties);
  return Object.fromEntries(given.map((name) => [name, valueFor(properties[name] ?? {}, document)]));
}
