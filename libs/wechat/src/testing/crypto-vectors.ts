/** One published (W…) or derived (D…) example of the callback encryption. */
export interface CryptoVector {
  readonly id: string;
  readonly source: string;
  readonly token: string;
  readonly encodingAesKey: string;
  readonly appid: string;
  /** Absent where the source prints no signature. */
  readonly signed?: { readonly timestamp: string; readonly nonce: string; readonly msgSignature: string };
  /** The element beside Encrypt; absent where the source has no envelope. */
  readonly envelope?: readonly [name: string, value: string];
  /** The 16 random bytes at the head of the plaintext. */
  readonly random: string;
  readonly plaintext: string;
  readonly encrypt: string;
}

export const CRYPTO_VECTORS: readonly CryptoVector[] = [
  {
    id: 'W1',
    source: 'WeChat, message_push.html of third-party platforms',
    token: 'AAAAA',
    encodingAesKey: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    appid: 'wx134c8103faa5a59e',
    signed: { timestamp: '1715943329', nonce: '1590219412', msgSignature: '6c12a4205838198b8fa631b3220723bb07f1015c' },
    envelope: ['ToUserName', 'gh_97417a04a28d'],
    random: '1205899eaf019bbd',
    plaintext:
      '<xml><ToUserName><![CDATA[gh_97417a04a28d]]></ToUserName>\n<FromUserName><![CDATA[o9AgO5Kd5ggOC-bXrbNODIiE3bGY]]></FromUserName>\n<CreateTime>1715943329</CreateTime>\n<MsgType><![CDATA[event]]></MsgType>\n<Event><![CDATA[debug_demo]]></Event>\n<debug_str><![CDATA[hello world]]></debug_str>\n</xml>',
    encrypt:
      'D7yzvUNAL930rd28wf21s4hvXhz0L6Uit/p2Di6C5DHyYGpEgdBRnKjBec34JwoQXicwaZC7fOVihW80F4VtsdvE//1vr7oAbqjDv8KenVp+ajKYpJnyQ4zMRhIC+a31fCVOMC03FfzV/QuC94kBP55a+Za3sJgvAn+ZbsNqZI5DkyuzkhQN8OBqCzFhizGmy0xpM0MEA4agpvE+RuNO1rhHTtuJB5yltw1FiYzecSXJ+y/D2r81VkRn2eYjh2ltsoyfbDR7Is6ookXIFxTfyeNyeHxMeT4KN5WpCDmSbTcUYrbBUlkGLJ9n/rU8YOywma6G7aTb7KZKOqCxgfoUlYEZPk4FUL/TK7ShriFDMVCLyjQJ15Ob++agDWtcxhfUfe6HIoIpRW8mKNBQiY/Jd1svvuskA1wLef1RTtzKfMpagSCX/laZINmdnX4zrF6kIaR9P4xQrWXbsTFHTYe0Mg==',
  },
  {
    id: 'W2',
    source: 'WeChat, Python sample of WXBizMsgCrypt',
    token: 'spamtest',
    encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
    appid: 'wx2c2769f8efd9abc2',
    signed: { timestamp: '1409735669', nonce: '1320562132', msgSignature: '5d197aaffba7e9b25a30732f161a50dee96bd5fa' },
    envelope: ['ToUserName', 'gh_10f6c3c3ac5a'],
    random: '89465c840c5f116f',
    plaintext:
      '<xml><ToUserName><![CDATA[gh_10f6c3c3ac5a]]></ToUserName>\n<FromUserName><![CDATA[oyORnuP8q7ou2gfYjqLzSIWZf0rs]]></FromUserName>\n<CreateTime>1409735668</CreateTime>\n<MsgType><![CDATA[text]]></MsgType>\n<Content><![CDATA[abcdteT]]></Content>\n<MsgId>6054768590064713728</MsgId>\n</xml>',
    encrypt:
      'hyzAe4OzmOMbd6TvGdIOO6uBmdJoD0Fk53REIHvxYtJlE2B655HuD0m8KUePWB3+LrPXo87wzQ1QLvbeUgmBM4x6F8PGHQHFVAFmOD2LdJF9FrXpbUAh0B5GIItb52sn896wVsMSHGuPE328HnRGBcrS7C41IzDWyWNlZkyyXwon8T332jisa+h6tEDYsVticbSnyU8dKOIbgU6ux5VTjg3yt+WGzjlpKn6NPhRjpA912xMezR4kw6KWwMrCVKSVCZciVGCgavjIQ6X8tCOp3yZbGpy0VxpAe+77TszTfRd5RJSVO/HTnifJpXgCSUdUue1v6h0EIBYYI1BD1DlD+C0CR8e6OewpusjZ4uBl9FyJvnhvQl+q5rv1ixrcpCumEPo5MJSgM9ehVsNPfUM669WuMyVWQLCzpu9GhglF2PE=',
  },
  {
    id: 'W3',
    source: 'WeChat, C++ sample of WXBizMsgCrypt',
    token: 'spamtest',
    encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
    appid: 'wx2c2769f8efd9abc2',
    signed: { timestamp: '1410349438', nonce: '298025754', msgSignature: '003fee52ecc56afb46c00b5c7721be87860ce785' },
    envelope: ['ToUserName', 'gh_10f6c3c3ac5a'],
    random: '78b55f1d91440c6b',
    plaintext:
      '<xml><ToUserName><![CDATA[gh_10f6c3c3ac5a]]></ToUserName>\n<FromUserName><![CDATA[oyORnuP8q7ou2gfYjqLzSIWZf0rs]]></FromUserName>\n<CreateTime>1410349438</CreateTime>\n<MsgType><![CDATA[text]]></MsgType>\n<Content><![CDATA[abcdteT]]></Content>\n<MsgId>6057404712141979648</MsgId>\n</xml>',
    encrypt:
      'mfBCs65c67CeJw22u4VT2TD73q5H06+ocrAIxswCaeZ/d/Lw0msSZFHY0teqgSYiI1zR2gD2DKrB3TIrmX/liNSDrGqS8jSI/WPeKB5VPr7Ezr7gomZAyGCwJSgT1TRFWPfONGJMxuj2nk4faTuspAuVIFQ6SHwZuJBZC7mcJp7Cgr9cUhATQWDbOPaE7ukZBTV2YqyzH+UI2AK+J1S47cE79k1RX8t0hcTz/O0hlK8DGXKnvYv88qKQcI7z4iaajqHfRVZKBNyOODabs+It+ZfM3dWTeFcPgDbGtIEnpt/EDtuuA/zMvtkaKdHdswPnVZQ+xdwbYr3ldGvfT8HlEYEgkgKaThxTFobVlwzu2ZkXCjicbP3xdr15Iq48ObgzPpqYuZ3IEoyggZDKClquk0u0orMck4GTF/XyE8yGzc4=',
  },
  {
    id: 'W4',
    source: 'w7corp/easywechat, tests/Kernel/EncryptorTest.php',
    token: 'pamtest',
    encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
    appid: 'wxb11529c136998cb6',
    signed: { timestamp: '1458300676', nonce: '260774613', msgSignature: '4f3ad57b6989f09f4eb392acce4f9e93942ed890' },
    envelope: ['ToUserName', 'asdasdasd'],
    random: 'd43123b161a4ba84',
    plaintext:
      '<xml><URL><![CDATA[http://wechat.laravel.so/server]]></URL><ToUserName><![CDATA[asdasdasd]]></ToUserName><FromUserName><![CDATA[asdasdasdsadasd]]></FromUserName><CreateTime>1234567898</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[hello]]></Content><MsgId>12345</MsgId></xml>',
    encrypt:
      'rTNFcsut4LfGuAFKEUVVpwcaCOTJzOd9twZdIW910jb3k+iicx2uvhttIZ3Qg9Qgty3BEF2xbOrz6boTfb30dMomcgrkTqdFPwnhqbk+kIQ7rZiwny9D7NUrTgA5kpX3KsZvrXzUZyP2x9YOlxbgm572lmxKvM7HAQQhIQ/p6HBmoY30bGXFK0BtIu1pW9TjhOYrLQoU18nWYjWqDA1ynkmOytpv7QRI1P1+0NoxL0q2zO1DgeSvnE8CZGo/o5Ap/WHK5W2RAsinpzN4/LjPnmB6U01I5XCoJoC0GK/yMZycd2Oh8Nq6+wBkC1U85oy0ktOY4nLvsQMLrourmMGdZHuTbqpeJ8Ao/5PRYJ+WBvRUwPfGKBL2+2IKZF49vAJqkcGWSHGE76ZN2erXeuNazf/o9o3lIE3q739o4c8t9QGPe31GT2Go/rOz1BsrASwvauNulCh+++yz+CQzBIuikA==',
  },
  {
    id: 'W5',
    source: 'WeCom sample (same algorithm)',
    token: 'QDG6eK',
    encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
    appid: 'wx5823bf96d3bd56c7',
    signed: { timestamp: '1409659813', nonce: '1372623149', msgSignature: '477715d11cdb4164915debcba66cb864d751f3e6' },
    envelope: ['ToUserName', 'wx5823bf96d3bd56c7'],
    random: '0960688932c47ef1',
    plaintext:
      '<xml><ToUserName><![CDATA[wx5823bf96d3bd56c7]]></ToUserName>\n<FromUserName><![CDATA[mycreate]]></FromUserName>\n<CreateTime>1409659813</CreateTime>\n<MsgType><![CDATA[text]]></MsgType>\n<Content><![CDATA[hello]]></Content>\n<MsgId>4561255354251345929</MsgId>\n<AgentID>218</AgentID>\n</xml>',
    encrypt:
      'RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q==',
  },
  {
    id: 'W6',
    source: 'WeChat, Java sample, echo string (same algorithm)',
    token: 'QDG6eK',
    encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
    appid: 'wx5823bf96d3bd56c7',
    signed: { timestamp: '1409659589', nonce: '263014780', msgSignature: '5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3' },
    random: 'c41b64491c2468d0',
    plaintext: '1616140317555161061',
    encrypt: 'P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==',
  },
  {
    id: 'W1b',
    source: 'WeChat, message_push.html, reply',
    token: 'AAAAA',
    encodingAesKey: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    appid: 'wx134c8103faa5a59e',
    signed: { timestamp: '1713424427', nonce: '415670741', msgSignature: '03e0812039325c2712ef5f0f980fd14c70d6e307' },
    random: '999951349e8ee746',
    plaintext: '<xml><demo_resp>[CDATA[good luck]]</demo_resp></xml>',
    encrypt:
      'hE8R6mGXHkJJjU72KxzKUd1GEkKJaEZq7vRL8XgK3o+00k8JGq6+pZJUIlTSyhsX+bxIBQ72g3GyvDdIZcr6+3HAZbSvPT9t/o11MI7d6WELwqrGd7jMnV0zv3Zc9Nq7',
  },
  {
    id: 'W7',
    source: 'WeChat, Java sample testAesEncrypt',
    token: 'pamtest',
    encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
    appid: 'wxb11529c136998cb6',
    random: 'aaaabbbbccccdddd',
    plaintext: '我是中文abcd123',
    encrypt: 'jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg==',
  },
  {
    id: 'D1',
    source: 'derived by the published rules: authorization-event envelope',
    token: 'AAAAA',
    encodingAesKey: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    appid: 'wx134c8103faa5a59e',
    signed: { timestamp: '1413192605', nonce: '100200300', msgSignature: '4b9b02048fa606a92415dbd41a54b08d36c57652' },
    envelope: ['AppId', 'wx134c8103faa5a59e'],
    random: '0123456789abcdef',
    plaintext:
      '<xml><AppId><![CDATA[wx134c8103faa5a59e]]></AppId>\n<CreateTime>1413192605</CreateTime>\n<InfoType><![CDATA[component_verify_ticket]]></InfoType>\n<ComponentVerifyTicket><![CDATA[ticket@@@TTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT]]></ComponentVerifyTicket>\n</xml>',
    encrypt:
      'uMMzGtqcnpOzXOYBwDQNrQfVmMDnztLGGgIEn3JsnAawp5o4kAcWw7f7nUIpMhwekO3Podts9q1cFbVKye7f4xr/eNjWpO1wMaP7YpP8Y9EskmdyC+3hblwaICUuCzjDLFIqr96ioTRNfJmoQUHh/uf2x5oxSz8ODdknN3fbCtS3W/31yKjItfKevpQmW1MsMXd2BeKg0G2NXq3LU7BTDZB8iMi0TsSWV+/v2V2kj3NZHdEJvqounk8B/Q6xkBlwErMLB1mYV6aWrkBnVIykw19sxvqhKmurUkSkCiymZ8GWWSK86qbNtIFkVaALvv5cYyFGraitYkwKS2o+86dLImi4er8oYX/RMgt0YyfSILATU2nNumkiuDlkBezNHJLU4YFK5xw0H8f70ywMB0vWHz6h4lbcWs77O0kEXnq9QzVUygdzD1LHFDieurnRh1NDkAeqO/nEZwVJ5+7dDcdHqA==',
  },
  {
    id: 'D2',
    source: 'derived by the published rules: authorization-event envelope',
    token: 'AAAAA',
    encodingAesKey: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    appid: 'wx134c8103faa5a59e',
    signed: { timestamp: '1413192760', nonce: '700800900', msgSignature: '2eb18862be5b77d2bb38b92b5593be6ed9d2cb0d' },
    envelope: ['AppId', 'wx134c8103faa5a59e'],
    random: 'abcdef0123456789',
    plaintext:
      '<xml><AppId><![CDATA[wx134c8103faa5a59e]]></AppId>\n<CreateTime>1413192760</CreateTime>\n<InfoType><![CDATA[authorized]]></InfoType>\n<AuthorizerAppid><![CDATA[wxf8b4f85f3a794e77]]></AuthorizerAppid>\n<AuthorizationCode><![CDATA[queryauthcode@@@test]]></AuthorizationCode>\n<AuthorizationCodeExpiredTime>1413196360</AuthorizationCodeExpiredTime>\n<PreAuthCode><![CDATA[preauthcode@@@test]]></PreAuthCode>\n</xml>',
    encrypt:
      'Ic72StwDit8/RyMgjU9nw1hTQESCYNNyyCJKqWpQokWMLDvBIdWzp/pM9ILrggsjvFk6E5XGKMloWcwKRlGLg1we4bXWxNKSWJ3t3iAwmyFxl13haypgzMtV4kfz//krzHJ1USCCJHrvHv7S8RUBdMbuqFrJwkgungL7PI0AcMfjvVEvBVrahZ8utVMcBuoHsuWj8lOMvtKHCrkBVVu/I3K3kcF+CMVEpZXh0g/8Os9lq0e3NhBH0JQtJg6KJK3kxdbkuypq95Qcg7Tseib8yOIRA210Cc29v8AuHfj/EgOSur9gIROMpvTAoiT2u5ecVYNfEEPUDHJxUmNuFAyaUzH37HjoXx1EyCGcip3/qt60hg1sn6FLojSW586/6bXVceusFpSIkxWOKntWGoeNrSJ0Eqme4h44eWmExGgJwlisubvccB6U7OeMM4FAwn5TlZiBSEIoOKQyY7OyMA4iBN9VMrpxQUgwllcm7aEBkZVfrMOJEb63KWpx3czyPctRg4H4nUefPNqIZd8KEzlepnxWW8jhMAntPBpt6INllS2MpatzpDfdCEp5PfFGYYz9ZSg+nz7HKFZ+4ylpOIBw4g==',
  },
  {
    id: 'D3',
    source: 'derived by the published rules: authorization-event envelope',
    token: 'AAAAA',
    encodingAesKey: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    appid: 'wx134c8103faa5a59e',
    signed: { timestamp: '1413192999', nonce: '400500600', msgSignature: 'd1ab60917eefbff89efe4fdde16c10b9c697462e' },
    envelope: ['AppId', 'wx134c8103faa5a59e'],
    random: 'fedcba9876543210',
    plaintext:
      '<xml><AppId><![CDATA[wx134c8103faa5a59e]]></AppId>\n<CreateTime>1413192999</CreateTime>\n<InfoType><![CDATA[unauthorized]]></InfoType>\n<AuthorizerAppid><![CDATA[wxf8b4f85f3a794e77]]></AuthorizerAppid>\n</xml>',
    encrypt:
      'xAawnM/moRUUcoQMzrwRyXwT69N7O+I6sYb+JoUfzYJMTu8pRJOoGLhmJef54pSTxnfDIY757qURvQ7vhUE7YW1EdnqP885wS1P9u9I+IwM2807b2wGz+QQjRpppfBj7sViEUoSTZg8MpHErJqtAPjJE5LZV6slM1163VrUl1+cgpeeDKoB5KtfgrgCDhfWmDP96uBdmtF0n7ppGeV/Fi0s50RMjBNESKxwnAfg8oCnKUcz+CwwWDRRLhWZmQ59vTdfL2fbNXs723ckNchsGQn+WndmwTHTup00xGYS+TEP+a1wYS1eKA6mjLkmpgKoQvHF8KucXTbYHAjBydxVZWQ==',
  },
];
