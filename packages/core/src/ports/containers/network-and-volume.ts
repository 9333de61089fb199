/** A network of the engine. */
export interface ContainerNetwork {
  readonly driver: string;
  /** It leads nowhere else. */
  readonly isInternal: boolean;
  readonly hasIpv6: boolean;
  /** Of one that is to be made, empty: the engine chooses. */
  readonly subnets: readonly ContainerSubnet[];
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** A range of addresses of a network. */
export interface ContainerSubnet {
  /** In CIDR notation. */
  readonly subnet: string;
  /** Default: the engine chooses. */
  readonly gateway?: string;
}

/** A named volume. */
export interface ContainerVolume {
  readonly driver: string;
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}
