/** What of rows is hidden in all that is shown: nothing, everything, or the values of columns of these names. */
export type Redaction = boolean | readonly string[];
