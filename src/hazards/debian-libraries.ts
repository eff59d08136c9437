/**
 * The packages of Debian 12 that final stages most often lack, each with the SONAMEs that its `.shlibs` names. What later
 * releases call `…t64` answers to the old name too.
 */
const TABLE = `
libaio1 libaio.so.1
libarchive13 libarchive.so.13
libasound2 libasound.so.2
libatomic1 libatomic.so.1
libavcodec59 libavcodec.so.59
libavformat59 libavformat.so.59
libavutil57 libavutil.so.57
libblas3 libblas.so.3
libbrotli1 libbrotlicommon.so.1 libbrotlidec.so.1 libbrotlienc.so.1
libbz2-1.0 libbz2.so.1.0
libcairo2 libcairo.so.2
libcap2 libcap.so.2 libpsx.so.2
libcgraph6 libcgraph.so.6
libct4 libct.so.4
libcurl3-gnutls libcurl-gnutls.so.4
libcurl4 libcurl.so.4
libdb5.3 libdb-5.3.so
libenchant-2-2 libenchant-2.so.2
libevent-2.1-7 libevent-2.1.so.7
libexpat1 libexpat.so.1 libexpatw.so.1
libffi8 libffi.so.8
libfontconfig1 libfontconfig.so.1
libfreetype6 libfreetype.so.6
libgcc-s1 libgcc_s.so.1
libgcrypt20 libgcrypt.so.20
libgdal32 libgdal.so.32
libgdbm6 libgdbm.so.6
libgdk-pixbuf-2.0-0 libgdk_pixbuf-2.0.so.0
libgeos-c1v5 libgeos_c.so.1
libgfortran5 libgfortran.so.5
libgl1 libGL.so.1
libglib2.0-0 libgio-2.0.so.0 libglib-2.0.so.0 libgmodule-2.0.so.0 libgobject-2.0.so.0 libgthread-2.0.so.0
libgmp10 libgmp.so.10
libgnutls30 libgnutls.so.30
libgomp1 libgomp.so.1
libgssapi-krb5-2 libgssapi_krb5.so.2
libgvc6 libgvc.so.6
libhdf5-103-1 libhdf5_serial.so.103
libhiredis0.14 libhiredis.so.0.14
libice6 libICE.so.6
libicu72 libicudata.so.72 libicui18n.so.72 libicuio.so.72 libicuuc.so.72
libjpeg62-turbo libjpeg.so.62
libkrb5-3 libkrb5.so.3
liblapack3 liblapack.so.3
libldap-2.5-0 liblber-2.5.so.0 libldap-2.5.so.0
liblept5 liblept.so.5
libleveldb1d libleveldb.so.1d
liblz4-1 liblz4.so.1
liblzma5 liblzma.so.5
libmagic1 libmagic.so.1
libmagickcore-6.q16-6 libMagickCore-6.Q16.so.6
libmagickwand-6.q16-6 libMagickWand-6.Q16.so.6
libmariadb3 libmariadb.so.3
libmaxminddb0 libmaxminddb.so.0
libmcrypt4 libmcrypt.so.4
libmemcached11 libmemcached.so.11
libncurses6 libform.so.6 libmenu.so.6 libncurses.so.6 libpanel.so.6
libncursesw6 libformw.so.6 libmenuw.so.6 libncursesw.so.6 libpanelw.so.6
libnghttp2-14 libnghttp2.so.14
libnsl2 libnsl.so.2
libnuma1 libnuma.so.1
libodbc2 libodbc.so.2
libonig5 libonig.so.5
libopenblas0 libopenblas.so.0
libopenjp2-7 libopenjp2.so.7
libpango-1.0-0 libpango-1.0.so.0
libpangocairo-1.0-0 libpangocairo-1.0.so.0
libpangoft2-1.0-0 libpangoft2-1.0.so.0
libpcre2-8-0 libpcre2-8.so.0
libpcre3 libpcre.so.3 libpcreposix.so.3
libpng16-16 libpng16.so.16
libpoppler126 libpoppler.so.126
libportaudio2 libportaudio.so.2
libpq5 libpq.so.5
libproj25 libproj.so.25
libprotobuf32 libprotobuf.so.32
libpulse0 libpulse-simple.so.0 libpulse.so.0
librdkafka1 librdkafka.so.1
libreadline8 libhistory.so.8 libreadline.so.8
librocksdb7.8 librocksdb.so.7.8
librtmp1 librtmp.so.1
libsasl2-2 libsasl2.so.2
libseccomp2 libseccomp.so.2
libsecret-1-0 libsecret-1.so.0
libsm6 libSM.so.6
libsnappy1v5 libsnappy.so.1
libsndfile1 libsndfile.so.1
libsodium23 libsodium.so.23
libsqlcipher0 libsqlcipher.so.0
libsqlite3-0 libsqlite3.so.0
libssh-4 libssh.so.4
libssh2-1 libssh2.so.1
libssl3 libcrypto.so.3 libssl.so.3
libstdc++6 libstdc++.so.6
libswscale6 libswscale.so.6
libsybdb5 libsybdb.so.5
libtesseract5 libtesseract.so.5
libtidy5deb1 libtidy.so.5deb1
libtiff6 libtiff.so.6
libtinfo6 libtic.so.6 libtinfo.so.6
libtirpc3 libtirpc.so.3
libusb-1.0-0 libusb-1.0.so.0
libuuid1 libuuid.so.1
libuv1 libuv.so.1
libvips42 libvips-cpp.so.42 libvips.so.42
libwebp7 libwebp.so.7
libwebpdemux2 libwebpdemux.so.2
libwebpmux3 libwebpmux.so.3
libx11-6 libX11.so.6
libxcb1 libxcb.so.1
libxext6 libXext.so.6
libxml2 libxml2.so.2
libxmlsec1 libxmlsec1.so.1
libxmlsec1-openssl libxmlsec1-openssl.so.1
libxrender1 libXrender.so.1
libxslt1.1 libexslt.so.0 libxslt.so.1
libyaml-0-2 libyaml-0.so.2
libzip4 libzip.so.4
libzmq5 libzmq.so.5
libzstd1 libzstd.so.1
zlib1g libz.so.1
`

/** SONAME to package. */
export const DEBIAN_LIBRARIES: ReadonlyMap<string, string> = new Map(
  TABLE.trim()
    .split('\n')
    .flatMap(line => {
      const [name = '', ...sonames] = line.split(' ')
      return sonames.map((soname): [string, string] => [soname, name])
    }),
)
