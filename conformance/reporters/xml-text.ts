import { XMLBuilder } from 'fast-xml-parser';

import type { XmlNode } from './junit-document.ts';

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: '#text',
  format: true,
  suppressEmptyNode: true,
  // Without this an attribute whose value is "true" loses its value.
  suppressBooleanAttributes: false,
});

export const xmlText = (document: XmlNode): string => builder.build(document);
