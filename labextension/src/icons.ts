/** The extension's own icons. */

import { LabIcon } from '@jupyterlab/ui-components';

/** A box with tape: the package. */
export const packageIcon = new LabIcon({
  name: 'nb2prod:package',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <path d="M12 1.8 3 6v12l9 4.2 9-4.2V6L12 1.8zm0 2.2 5.6 2.6-2.3 1.1-5.7-2.6L12 4zM7.3 6.1
      13 8.8l-1 .5-5.6-2.7.9-.5zM5 8.2l6 2.9v8.4l-6-2.8V8.2zm8 11.3v-8.4l6-2.9v8.5l-6 2.8z"/>
  </g></svg>`,
});
