import sys

from PIL import Image, ImageDraw, ImageFont

font = ImageFont.truetype("DejaVuSans-Bold.ttf", 24)
image = Image.new("1", (120, 40))
ImageDraw.Draw(image).text((4, 4), sys.argv[1], font=font, fill=1)
print(font.getname(), image.getbbox() is not None)
