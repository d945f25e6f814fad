/** For the API's description. */
export const CSV_EXAMPLE =
  'ref_date,appid,account,cumulate_user,net_change,state\r\n2026-03-01,wx0123456789abcdef,Lantern Tea,1024,12,value\r\n';
