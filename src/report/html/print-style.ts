/** On paper: light, without what can only be used on a screen, and no table, group or finding parted where it need not be. */
export const PRINT_STYLE = `
@page{margin:14mm}
@media print{
:root,:root[data-theme=dark],:root:not([data-theme=light]){color-scheme:light;--page:#fff;--panel:#fff;--line:#c8ccd2;--text:#000;--dim:#444b54;--link:#000;
--bar:#4873b8;--part:#c2571a;--mark:#fdeeb5;--mark-text:#000;--good:#17663a;--good-page:#fff;--warn:#7a4b00;--warn-page:#fff;--bad:#a3161f;--bad-page:#fff;--code:#f1f2f4}
body{font-size:10.5pt}
.page{max-width:none;padding:0}
nav.contents,.tools,a.skip,.command button,summary{display:none!important}
.scroll{overflow:visible}
table{font-size:9pt}
th,td{padding-right:.45rem}
thead th,th button{white-space:normal}
th[aria-sort] button::after{content:none}
table.data td,table.data tbody th,table.copies td{min-width:0}
thead{display:table-header-group}
tr,.facts div,.finding,figure,.charts table,h2,h3,h4,h5{break-inside:avoid}
h2,h3,h4,h5,caption{break-after:avoid}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`;
