/** The commands, as `schema/plugin.json` names them. */

export const CommandIDs = {
  setRole: 'nb2prod:set-role',
  clearRole: 'nb2prod:clear-role',
  suggest: 'nb2prod:suggest',
  acceptSuggestions: 'nb2prod:accept-suggestions',
  dismissSuggestions: 'nb2prod:dismiss-suggestions',
  convert: 'nb2prod:convert',
  cancel: 'nb2prod:cancel',
  preview: 'nb2prod:preview',
  showPanel: 'nb2prod:show-panel',
  example: 'nb2prod:open-example',
} as const;
