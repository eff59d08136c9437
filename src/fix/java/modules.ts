/** Which module of the Java platform has which packages, by the API specification of JDK 21 to 25. */

/** Packages and all below them, but for what another row names more exactly. `java.base` is everywhere. */
const PACKAGES: Readonly<Record<string, string>> = {
  'java.compiler': 'javax/annotation/processing javax/lang/model javax/tools',
  'java.datatransfer': 'java/awt/datatransfer',
  'java.desktop':
    'java/applet java/awt java/beans javax/accessibility javax/imageio javax/print javax/sound javax/swing',
  'java.instrument': 'java/lang/instrument',
  'java.logging': 'java/util/logging',
  'java.management': 'java/lang/management javax/management',
  'java.management.rmi': 'javax/management/remote/rmi',
  'java.naming': 'javax/naming',
  'java.net.http': 'java/net/http',
  'java.prefs': 'java/util/prefs',
  'java.rmi': 'java/rmi javax/rmi/ssl',
  'java.scripting': 'javax/script',
  'java.security.jgss': 'javax/security/auth/kerberos org/ietf/jgss',
  'java.security.sasl': 'javax/security/sasl',
  'java.smartcardio': 'javax/smartcardio',
  'java.sql': 'java/sql javax/sql',
  'java.sql.rowset': 'javax/sql/rowset',
  'java.transaction.xa': 'javax/transaction/xa',
  'java.xml': 'javax/xml org/w3c/dom org/xml/sax',
  'java.xml.crypto': 'javax/xml/crypto',
  'jdk.accessibility': 'com/sun/java/accessibility',
  'jdk.attach': 'com/sun/tools/attach',
  'jdk.compiler': 'com/sun/source com/sun/tools/javac',
  'jdk.dynalink': 'jdk/dynalink',
  'jdk.httpserver': 'com/sun/net/httpserver sun/net/httpserver',
  'jdk.incubator.vector': 'jdk/incubator/vector',
  'jdk.jartool': 'jdk/security/jarsigner com/sun/jarsigner',
  'jdk.javadoc': 'jdk/javadoc',
  'jdk.jconsole': 'com/sun/tools/jconsole',
  'jdk.jdi': 'com/sun/jdi',
  'jdk.jfr': 'jdk/jfr',
  'jdk.jshell': 'jdk/jshell',
  'jdk.jsobject': 'netscape/javascript',
  'jdk.management': 'com/sun/management',
  'jdk.management.jfr': 'jdk/management/jfr',
  'jdk.naming.dns': 'com/sun/jndi/dns',
  'jdk.naming.rmi': 'com/sun/jndi/rmi',
  'jdk.net': 'jdk/net jdk/nio',
  'jdk.nio.mapmode': 'jdk/nio/mapmode',
  'jdk.sctp': 'com/sun/nio/sctp',
  'jdk.security.auth': 'com/sun/security/auth',
  'jdk.security.jgss': 'com/sun/security/jgss',
  'jdk.unsupported': 'sun/misc sun/reflect com/sun/nio/file',
  'jdk.unsupported.desktop': 'jdk/swing/interop',
  'jdk.xml.dom': 'org/w3c/dom/css org/w3c/dom/html org/w3c/dom/stylesheets org/w3c/dom/xpath',
}

/** Modules that are asked for by no package of theirs: a service, found by what a program says to find it. */
const SERVICES: readonly (readonly [module: string, pattern: RegExp])[] = [
  ['jdk.compiler', /^getSystemJavaCompiler$/],
  ['jdk.javadoc', /^getSystemDocumentationTool$/],
  ['jdk.zipfs', /^newFileSystem$|^jar:file:/],
  [
    'jdk.charsets',
    /^(?:Big5|EUC[-_]|GB18030|GBK|Shift_JIS|windows-(?:31j|874|9\d\d)|ISO-(?:2022|8859-(?:3|6|8))|IBM-?\d|x-(?:IBM|Mac|windows|EUC|SJIS))/i,
  ],
  ['jdk.charsets', /^availableCharsets$/],
  [
    'jdk.localedata',
    /^(?:forLanguageTag|ofLocalized\w+|getAvailableLocales|GERMANY?|FRENCH|FRANCE|ITALIAN|ITALY|JAPANESE|JAPAN|KOREAN?|CHINESE|CHINA|SIMPLIFIED_CHINESE|TRADITIONAL_CHINESE|TAIWAN|CANADA_FRENCH)$/,
  ],
  ['jdk.crypto.ec', /^javax\/net\/ssl\/|^java\/net\/http\/|^(?:EC|ECDH|Ed25519|X25519)$|ECDSA/],
  ['jdk.crypto.cryptoki', /PKCS11/],
  ['jdk.naming.dns', /^dns:/],
  ['jdk.naming.rmi', /^rmi:/],
  ['jdk.jdwp.agent', /jdwp/],
  ['jdk.management.agent', /com\.sun\.management\.jmxremote/],
]

const MODULE_OF = new Map(
  Object.entries(PACKAGES).flatMap(([module, packages]) =>
    packages.split(' ').map(each => [each, module] as const),
  ),
)

const NAMES =
  /(?:^|[L;<[( '"])((?:java|javax|jdk|sun|com[/.]sun|org[/.](?:w3c|xml|ietf)|netscape)[/.][\w/.$]+)/g

/** Modules that a text asks for: the name of a class, a signature with classes in it, or a word that finds a service. */
export const modulesNamedBy = (text: string): readonly string[] => {
  const found = SERVICES.flatMap(([module, pattern]) => (pattern.test(text) ? [module] : []))
  for (const [, name] of text.matchAll(NAMES)) {
    let folder = name!.replaceAll('.', '/')
    while (folder.includes('/')) {
      const module = MODULE_OF.get(folder)
      if (module !== undefined) {
        found.push(module)
        break
      }
      folder = folder.slice(0, folder.lastIndexOf('/'))
    }
  }
  return found
}

/** The modules that the `release` file of a Java run-time lists, or null where it lists none. */
export const modulesOfRelease = (text: string): readonly string[] | null =>
  /^MODULES="([^"]*)"/m.exec(text)?.[1]?.split(' ') ?? null

/** A program cannot ask for these: they are tools, or parts of other modules. */
export const isTool = (module: string): boolean =>
  /^jdk\.(?:editpad|graal\.compiler(?:\.management)?|hotspot\.agent|internal\..*|jcmd|jdeps|jlink|jpackage|jstatd|random)$|^java\.se$/.test(
    module,
  )
