import type { CatalogueAccess } from "../../core/roles";

/** Within it a group that is stopped on purpose is gone from the catalogue, before a rule takes it for down. */
export const refresh = "5s";

/** @param folder where secrets are */
export function consulDiscovery({ address, datacenter, token }: CatalogueAccess, folder: string): object {
  return {
    datacenter,
    server: address.authority.loose(),
    authorization: { credentials_file: `${folder}/${token.id}` },
    refresh_interval: refresh,
  };
}
