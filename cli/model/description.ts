/** What commands know of an environment; the facts that synthesis records. */
export type * from "../../constructs/core/facts";
