import type { CommandGroup } from "../command-group.ts";

export const ACCESS: CommandGroup = {
  title: "Access:",
  entries: [
    {
      name: "login",
      load: async () => (await import("../commands/login.ts")).loginCommand,
      reach: "login",
      seeAlso: ["servers", "logout", "keys", "doctor"],
    },
    {
      name: "logout",
      load: async () => (await import("../commands/logout.ts")).logoutCommand,
      reach: "machine",
      seeAlso: ["login", "servers", "keys"],
    },
    {
      name: "servers",
      load: async () => (await import("../commands/servers.ts")).serversCommand,
      reach: "machine",
      seeAlso: ["login", "logout"],
    },
    {
      name: "keys",
      load: async () => (await import("../commands/keys.ts")).keysCommand,
      reach: "server",
      seeAlso: ["login", "tenants"],
    },
    {
      name: "tenants",
      load: async () => (await import("../commands/tenants.ts")).tenantsCommand,
      reach: "server",
      seeAlso: ["keys"],
    },
  ],
};
