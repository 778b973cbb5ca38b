/** Who runs an installation: its own tenant, and the key of it that the settings hold. */
export interface Operator {
  /** Admin keys of this tenant manage all tenants. */
  tenantId: string;
  /** The key that no call can revoke: the next start would bring it back. */
  keyId: string;
}

export const OPERATOR: Operator = { tenantId: "tnt_default", keyId: "key_admin" };
