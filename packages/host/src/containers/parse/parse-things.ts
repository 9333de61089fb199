import {
  type ContainerImage,
  type ContainerNetwork,
  type ContainerVolume,
  isJsonObject,
  type Json,
  splitImageReference,
} from "@holdfast/core";
import { listAt, objectAt, textAt, textsAt } from "./json-fields.ts";

/** An image out of the answer to `GET /images/NAME/json`. */
export function parseImage(json: Json | undefined): ContainerImage {
  const digests = listAt(json, "RepoDigests").flatMap((reference) =>
    typeof reference === "string" ? (splitImageReference(reference).digest ?? []) : [],
  );
  // Docker with containerd has the digest of its index here, other engines that of its configuration.
  const id = textAt(json, "Id");
  return {
    id: id === "" || id.includes(":") ? id : `sha256:${id}`,
    digests: [...new Set(digests)].sort(),
  };
}

/** A network out of the answer to `GET /networks/NAME`. */
export function parseNetwork(json: Json | undefined): ContainerNetwork {
  const subnets = listAt(objectAt(json, "IPAM"), "Config").flatMap((range) => {
    const subnet = textAt(range, "Subnet");
    const gateway = textAt(range, "Gateway");
    return subnet === "" ? [] : [{ subnet, ...(gateway === "" ? {} : { gateway }) }];
  });
  return {
    driver: textAt(json, "Driver"),
    isInternal: isTrue(json, "Internal"),
    hasIpv6: isTrue(json, "EnableIPv6"),
    subnets,
    options: textsAt(json, "Options"),
    labels: textsAt(json, "Labels"),
  };
}

/** A volume out of the answer to `GET /volumes/NAME`. */
export function parseVolume(json: Json | undefined): ContainerVolume {
  return {
    driver: textAt(json, "Driver"),
    options: textsAt(json, "Options"),
    labels: textsAt(json, "Labels"),
  };
}

/** Names of the containers in the answer to `GET /containers/json`, sorted. */
export function parseContainerNames(json: Json | undefined): readonly string[] {
  const list = Array.isArray(json) ? json : [];
  return (
    list
      .flatMap((each: Json) => listAt(each, "Names"))
      .flatMap((name) => (typeof name === "string" ? [name.replace(/^\//, "")] : []))
      // Docker lists what others call it by their links, too: `other/alias`.
      .filter((name) => !name.includes("/"))
      .sort()
  );
}

function isTrue(json: Json | undefined, field: string): boolean {
  return isJsonObject(json) && json[field] === true;
}
