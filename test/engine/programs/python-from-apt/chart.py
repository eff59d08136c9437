#!/usr/bin/env python3
from pathlib import Path

from lxml import etree

tree = etree.parse(str(Path(__file__).with_name("chart.xml")))
deep = tree.xpath("//buoy[@depth > 10]/@name")
print("deep:", ", ".join(deep), "libxml", etree.LIBXML_COMPILED_VERSION > (2, 9))
