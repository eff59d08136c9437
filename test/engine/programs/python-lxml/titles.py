import sys

from lxml import etree

feed = etree.parse(sys.argv[1])
for title in feed.getroot().cssselect("item > title"):
    print(title.text.strip())
transform = etree.XSLT(etree.XML("""
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="/"><n><xsl:value-of select="count(//item)"/></n></xsl:template>
</xsl:stylesheet>"""))
print("items:", transform(feed).getroot().text)
