/** One build of an image as a registry has it. */
export interface ImageBuild {
  /** Another text makes another digest. */
  readonly build: string;
  /** `os/architecture`, as in `linux/amd64`. */
  readonly platforms: readonly string[];
}

/** What a registry has, and whom it lets in. */
export interface RegistryState {
  readonly repository: string;
  readonly tags: Readonly<Record<string, ImageBuild>>;
  /** `token`: whoever asks for a token gets one; `refused`: the token is good for nothing. */
  readonly access: 'anybody' | 'token' | 'refused';
}

/** The image that a deployment says it runs, and the registry that it comes from. */
export interface Image {
  /** As a compose file says it. `{registry}` stands for the mocked registry, `{tested}` for the digest of `tested`. */
  readonly reference: string;
  /** Where it is to run. */
  readonly platform: string;
  /** The build that was tried out. */
  readonly tested: ImageBuild;
  readonly registry: RegistryState;
}
