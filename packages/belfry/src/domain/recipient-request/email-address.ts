import isEmail from "validator/lib/isEmail.js";
import type { TextForm } from "./reading.ts";

const ALLOWED = "an e-mail address such as ada@example.com, alone and without a name";

/** Its module is the function and, for other loaders, has it as `default`, which alone is what its types know. */
const { default: isAddress } = isEmail;

/** An e-mail address; names of hosts in any script, so `xn--` and `é` alike. */
export const emailAddress: TextForm = (text) =>
  isAddress(text)
    ? { ok: true, value: text }
    : { ok: false, message: "is not an e-mail address", allowed: ALLOWED };
