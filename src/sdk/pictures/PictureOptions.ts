/** Every form that a graph can be given. */
export const pictureFormats = ['png', 'svg', 'dot', 'mermaid', 'json', 'html'] as const;

export type PictureFormat = (typeof pictureFormats)[number];

/** How to draw. */
export interface PictureOptions {
  readonly showVersions: boolean;
  /** Of pictures that can't follow their reader's own setting: those in PNG. */
  readonly theme: 'light' | 'dark';
}
