"""Whether both sides say the same numbers: phrases, sentences, what is rendered from a value, and hostile text."""

import datetime
import json
import unicodedata
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from aligner.errors import InputError
from aligner.names.spelling import words_of
from aligner.numbers import rules_en, rules_vi
from aligner.numbers.matching import compare_numbers, find_numbers, number_keys, numbers_match, tally_quantities
from tests.growth import assert_linear, shortened

TABLE = Path(__file__).parents[1] / "aligner" / "data" / "quantities.tsv"
CASES = Path(__file__).parent / "cases" / "numbers_match"

AGREE = """
2,750 tonnes of rice | 2.750 tấn gạo
2 750 tonnes | 2.750 tấn
12,34,567 rupees | 1.234.567 rupee
007 agents | 007 điệp viên
0.75 percent | 0,75%
from June 4 to June 9 | từ ngày 4 đến ngày 9 tháng 6
June 4-9 | 4-9/6
June 4–9, 2023 | từ 4 đến 9/6/2023
4 to 9 June 2023 | từ ngày 4 tới 9 tháng 6 năm 2023
between 1998 and 2004 | giai đoạn 1998–2004
the 2016-2021 term | nhiệm kỳ 2016 - 2021
won 3-1 | thắng 3-1
won 3-1 | thắng với tỉ số 3:1
16½-11½ | 16½-11½
two thirds of voters | 2/3 cử tri
two-thirds of voters | hai phần ba cử tri
three quarters of the land | ba phần tư diện tích
3/4 of the land | ba phần tư diện tích
½ cup | nửa cốc
thirty-one people | ba mươi mốt người
31 people | băm mốt người
25 people | hăm lăm người
2.5 million | hai triệu rưỡi
seven million five hundred thousand | bảy triệu năm trăm nghìn
100,000 people | 10 vạn người
250,000 | hai mươi lăm vạn
three dozen eggs | 36 quả trứng
a dozen eggs | một tá trứng
£640m | 640 triệu bảng Anh
£640m | 640 triệu bảng
$3.2bn | 3,2 tỷ đô la Mỹ
$3.2tn | 3.200 tỷ USD
$3.2 trillion | 3,2 nghìn tỷ USD
¥300bn | 300 tỷ yên
25k followers | 25.000 người theo dõi
2.35 billion | 2 tỷ 350 triệu
2.5 billion | 2.500 triệu
twelve hundred | một nghìn hai trăm
one and a half hours | một tiếng rưỡi
half an hour | 30 phút
half an hour | nửa tiếng
a year and a half | 18 tháng
a year and a half | một năm rưỡi
half of them | một nửa trong số đó
a third of the budget | một phần ba ngân sách
a third of the budget | 1/3 ngân sách
45 per cent | 45%
45 pct | 45 phần trăm
up 2 percentage points | tăng 2 điểm phần trăm
tripled | tăng gấp ba
twice as large | lớn gấp đôi
twice | hai lần
a 2.5-fold increase | tăng gấp 2,5 lần
50th anniversary | kỷ niệm 50 năm
the 50th anniversary | lần thứ 50
the first time | lần đầu tiên
first prize | giải nhất
second place | vị trí thứ nhì
World War II | Chiến tranh thế giới thứ hai
World War II | Thế chiến II
Chapter IV | Chương 4
Chapter V | Chương V
the 19th century | thế kỷ XIX
nineteenth century | thế kỷ thứ 19
12th Congress | Đại hội XII
the fifteenth session | khóa XV
October 7 | ngày 7 tháng 10
7 October | 7/10
Oct. 7, 2019 | 07/10/2019
October 7th, 2019 | ngày mùng 7 tháng 10 năm 2019
2019-10-07 | 7-10-2019
10/07/2019 | 7/10/2019
the 2nd of September | ngày mùng 2 tháng 9
November 2021 | tháng 11/2021
December | tháng Chạp
November | tháng Mười Một
April | tháng Tư
in May | vào tháng Năm
Friday | thứ Sáu
Friday | Thứ 6
Wednesday, 8 March | thứ Tư, ngày 8/3
Monday to Friday | từ thứ Hai đến thứ Sáu
Mon-Fri | T2-T6
9:15 a.m. | 9 giờ 15 phút sáng
9:15 a.m. | 9h15
9:15 pm | 21h15
7 p.m. | 7 giờ tối
19:00 | 19 giờ
half past two in the afternoon | 2 rưỡi chiều
at 3 in the morning | lúc 3 giờ sáng
3:45 | 4 giờ kém 15
Q3 | quý III
the third quarter | quý 3
the first quarter of 2022 | quý I năm 2022
the first half of the year | nửa đầu năm
the first half of 2020 | 6 tháng đầu năm 2020
the 1970s | thập niên 70
the 1970s | thập niên 1970
the '70s | những năm 70
three decades | ba thập kỷ
three decades | 30 năm
two centuries ago | hai thế kỷ trước
200 years ago | hai thế kỷ trước
hundreds of houses | hàng trăm ngôi nhà
several hundred people | vài trăm người
tens of thousands of fans | hàng chục nghìn người hâm mộ
millions of dollars | hàng triệu đô la
hundreds of thousands | hàng trăm ngàn
dozens of people | hàng chục người
US$40 | 40 đô la
S$40 | 40 đô la Singapore
A$40 | 40 đô la Úc
20,000 VND | 20 nghìn đồng
20,000 won | 20.000 won
60 yuan | 60 NDT
300 baht | 300 bạt
90 rubles | 90 rúp
90 rupees | 90 rupee
50 francs | 50 franc
70,000 kip | 70.000 kíp
12 miles | 12 dặm
12 miles | 19,3 km
6 feet | 1,83 m
15 hectares | 15 héc-ta
3 inches | 3 inch
40 degrees Celsius | 40 độ C
104°F | 40°C
8 years | 8 năm
a 9-year-old girl | bé gái 9 tuổi
nine-year-old girl | cô bé 9 tuổi
24 months | 2 năm
two weeks | 14 ngày
5,000 square metres | 5.000 m2
5,000 sq m | 5.000 m²
70 km/h | 70 km/giờ
five people | năm người
in 1986 | năm 1986
fifteen years | mười lăm năm
twenty years | hai mươi năm
five minutes | năm phút
Python 3.11 | Python 3.11
iOS 17.2 | iOS 17.2
Airbus A320 | Airbus A320
5G network | mạng 5G
G20 summit | hội nghị G20
Article 12 | Điều 12
Circular 08/2021/TT-BGD | Thông tư 08/2021/TT-BGD
Decision 15/QD-TTg | Quyết định 15/QĐ-TTg
Decree No. 15 of 2018 | Nghị định 15/2018/NĐ-CP
call 024 3825 1234 | gọi 024-3825-1234
COVID-19 | COVID-19
Covid 19 | COVID-19
flight VN123 | chuyến bay VN123
Christmas Day | ngày 25/12
Christmas Day | lễ Giáng sinh
National Day | Quốc khánh 2/9
double-digit | hai con số
one child | một đứa trẻ
a child | một đứa trẻ
one of them | ai đó trong số họ
both sides | hai bên
the couple | cặp đôi
-7 degrees | âm 7 độ
$5-10 million | từ 5-10 triệu USD
5 million to 10 million | 5 đến 10 triệu
20-25% | 20-25%
20 percent to 25 percent | từ 20 đến 25%
one in four people | một phần tư số người
4 out of 5 | 4/5
9 of the 12 seats | 9/12 ghế
six months later | sáu tháng sau
sixty years later | 60 năm sau
the 80s | thập niên 80
in her twenties | ở độ tuổi 20
The bill passed 51-49 | Dự luật được thông qua với tỷ lệ 51-49
3,000 won each | mỗi người 3.000 won
100 pounds | 100 bảng Anh
100 pounds | 45 kg
1,000,000 copies | một triệu bản
450 million | 450.000.000
no numbers here | không có số nào ở đây
I may go | tôi có thể đi
They march on | họ tiếp tục diễu hành
his father | ba của nó
private sector | khu vực tư nhân
ripe fruit | trái chín
every year | hàng năm
this year | năm nay
last year | năm ngoái
next month | tháng tới
the last five years | năm năm qua
five months | năm tháng
years | năm tháng
3 p.m. Tuesday | 15 giờ thứ Ba
midnight | nửa đêm
12 noon | 12 giờ trưa
100 metres | 100m
1.8 metres | 1m8
60 mph | 60 dặm/giờ
60 mph | 97 km/h
half a percent | 0,5%
quarter of a million | 250.000
three and a half million | 3,5 triệu
30,000 troops | ba vạn quân
3.14 | 3,14
$1 | 1 USD
13.5 million | 13 triệu rưỡi
20/20 | 20/20
Channel 4 | Kênh 4
No. 5 | số 5
aged 60 to 75 | từ 60 đến 75 tuổi
10.30am | 10 giờ 30 sáng
the 12th | ngày 12
on the 12th of this month | vào ngày 12 tháng này
late 2019 | cuối năm 2019
mid-2019 | giữa năm 2019
early March | đầu tháng 3
May 2020 | tháng 5 năm 2020
may 2020 be better | mong năm 2020 tốt hơn
24/7 | 24/7
24/7 | 24 giờ một ngày, 7 ngày một tuần
1,500 VND/kWh | 1.500 đồng/kWh
VND1.5 trillion | 1.500 tỷ đồng
VND1,500 billion | 1,5 nghìn tỷ đồng
US$1 = VND25,000 | 1 USD = 25.000 đồng
two hundred and five | hai trăm lẻ năm
forty-four | bốn mươi bốn
forty-four | bốn mươi tư
a hundred years | một trăm năm
a hundred years | trăm năm
a thousand reasons | một nghìn lý do
fiscal year 2022/23 | năm tài chính 2022/2023
the 2022-23 season | mùa giải 2022/23
11 September | 11/9
9/11 attacks | vụ khủng bố 11/9
fourth-largest | lớn thứ tư
the sixth | thứ sáu
7.5 magnitude | 7,5 độ
a magnitude-7.5 earthquake | trận động đất 7,5 độ Richter
6th floor | tầng 6
7-year prison term | 7 năm tù
a two-year-old boy | bé trai 2 tuổi
over 90 minutes | hơn 90 phút
1.5 hours | 90 phút
fifty percent | 50%
one hundred percent | 100%
ten percent | mười phần trăm
quarter past six | 6 giờ 15
per capita income of $4,000 | thu nhập bình quân 4.000 USD/người
two million people | 2 triệu dân
2m people | 2 triệu người
2m tall | cao 2m
40C | 40 độ C
Level 3 | cấp 3
Type 2 diabetes | tiểu đường tuýp 2
B52 | B52
B-52 bombers | máy bay B52
Formula 1 | Công thức 1
20th Century Fox | hãng 20th Century Fox
A4 paper | giấy A4
3D printing | in 3D
4K | 4K
section 2.3 | mục 2.3
1Q 2020 | quý 1/2020
5,5 | 5,5
1 million dong | 1.000.000 đồng
500 thousand dong | 500k
80 USD | 80 đô
in five days | trong năm ngày
after five years | sau năm năm
every year people come | mỗi năm người ta đến
for five months | trong năm tháng
five of the nine judges | năm trong số chín thẩm phán
He was born on 4 July 1990 and died at 33. | Ông sinh ngày 4/7/1990 và qua đời ở tuổi 33.
Nearly a third of the 1,200 employees work part-time. | Gần một phần ba trong số 1.200 nhân viên làm việc bán thời gian.
Article 5, Clause 2 of Decree 15/2020/ND-CP | Khoản 2, Điều 5 Nghị định 15/2020/NĐ-CP
She won by six points, 21-15. | Cô thắng cách biệt 6 điểm, 21-15.
The 11th session opened at 8 a.m. on October 21. | Phiên họp thứ 11 khai mạc lúc 8 giờ sáng 21/10.
The price fell by half. | Giá giảm một nửa.
The price fell by half. | Giá giảm 50%.
a 30 percent stake | 30% cổ phần
the 1,000th customer | khách hàng thứ 1.000
The 100-metre race took 9.58 seconds. | Cuộc đua 100 mét diễn ra trong 9,58 giây.
9.58 seconds | 9 giây 58
four-fifths | 4/5
the year 2000 | năm 2000
2 Fast 2 Furious | 2 Fast 2 Furious
since the 17th century BC | từ thế kỷ 17 trước Công nguyên
in the early 20th century | đầu thế kỷ XX
6.5 on the Richter scale | 6,5 độ Richter
between $40 and $50 | từ 40 đến 50 USD
8,848 m | 8.848 mét
8,848 m | 8848m
16GB of RAM | RAM 16GB
a 6.7-inch screen | màn hình 6,7 inch
12-megapixel camera | camera 12 megapixel
the G7 countries | các nước G7
seven-year-old | 7 tuổi
4,5 million | 4,5 triệu
Nguyen Hue street, District 1 | đường Nguyễn Huệ, quận 1
25 December | ngày lễ Giáng sinh
two-year | hai năm
1.2 trillion dong | 1.200 tỷ đồng
1.2 trillion dong | 1.200 tỉ đồng
the Treaty of 1954 | Hiệp định năm 1954
third-quarter profit | lợi nhuận quý 3
third-quarter profit | lợi nhuận quý ba
one million | 1 triệu
a million | 1.000.000
a billion people | một tỷ người
The 8 p.m. curfew | lệnh giới nghiêm lúc 20 giờ
12:00 | 12 giờ
5 o'clock | 5 giờ
9-5 | 9-5
the Sept. 11 attacks | vụ tấn công ngày 11/9
Feb 29 | 29/2
1 in 10 people | 1/10 dân số
one of the three | một trong ba
10 times more | gấp 10 lần
ten times more | nhiều hơn mười lần
three-time champion | nhà vô địch ba lần
100th | thứ một trăm
CO2 | CO2
H5N1 | H5N1
page 12 of 30 | trang 12/30
+84 24 3825 1234 | +84 24 3825 1234
10am-5pm | 10 giờ sáng đến 5 giờ chiều
10am-5pm | 10h-17h
Mach 2.5 | Mach 2,5
scored 2.5 points | ghi được 2,5 điểm
GDP grew 6.5 in 2019 | GDP tăng 6,5 năm 2019
a 3.0 GPA | điểm trung bình 3,0
Web 2.0 | Web 2.0
$100 (80 pounds) | 100 USD (80 bảng)
about 200 meters (656 feet) | khoảng 200 m
"""

DISAGREE = """
2,750 tonnes | 2.570 tấn
0.75 percent | 7,5%
June 4-9 | 4-8/6
won 3-1 | thắng 3-2
16½-11½ | 16½-12½
three quarters of the land | một phần tư diện tích
£640m | 640 tỷ bảng
a third of the budget | một phần tư ngân sách
fivefold increase | tăng gấp sáu lần
50th anniversary | kỷ niệm 60 năm
the 19th century | thế kỷ XX
2019-10-07 | 8-10-2019
November | tháng 12
Friday | thứ Năm
9:15 pm | 9h15 sáng
the third quarter | quý 2
the 1970s | những năm 1980
dozens of people | hàng trăm người
US$40 | 40 đô la Úc
€40 | 40 USD
12 miles | 12 km
6 feet | 2,5 m
8 years | 8 tháng
five minutes | sáu phút
Python 3.11 | Python 3.12
Windows 8.1 | Windows 8,1
Airbus A320 | Airbus A330
5G network | mạng 4G
Article 12 | Điều 13
Decision 15/QD-TTg | Quyết định 16/QĐ-TTg
call 024 3825 1234 | gọi 024-3825-1243
flight VN123 | chuyến bay VN132
three ministers | bốn bộ trưởng
12 ministers | các bộ trưởng
-7 degrees | 7 độ
3.14 | 3,41
$1 | 1 euro
a hundred years | một nghìn năm
the sixth | thứ bảy
Sunday | thứ Bảy
7-year prison term | 17 năm tù
ten percent | mười một phần trăm
per capita income of $4,000 | thu nhập bình quân 4.000 tỷ USD
in five days | trong sáu ngày
third-quarter profit | lợi nhuận quý 4
a billion people | một triệu người
Feb 29 | 28/2
H5N1 | H7N9
10am-5pm | 10h-18h
They drew 3-3 with the champions in the last match of the season | Họ hòa 3-1 với nhà vô địch ở trận cuối mùa giải
a 5&4 win and a 2&1 win | chiến thắng 5&2 và chiến thắng 2&1
"""


# What people met: their own ways of writing, scripture, speech and tokenised text; each kind with its wrong twins.
MET = """
minus 5 | trừ 5
The score fell by minus two points | Điểm giảm âm hai điểm
eight minus three is five | tám trừ ba là năm
It was 10 below zero | Nhiệt độ là âm 10 độ
pronounce two words | phát âm hai từ
2.25 | hai phẩy hai mươi lăm
3.14 | ba phẩy mười bốn
3.14 | ba phẩy một bốn
0.05 | không phẩy không năm
2.5 years | hai phẩy năm năm
1.5 million people | một phẩy năm triệu người
12.75 percent | mười hai phẩy bảy mươi lăm phần trăm
2.5 billion | hai nghìn năm trăm triệu
5 trillion dong | năm nghìn tỷ đồng
120 trillion | một trăm hai mươi nghìn tỷ
3.45 trillion dong | ba nghìn bốn trăm năm mươi tỷ đồng
12,300,000,000 | mười hai tỷ ba trăm triệu
ten billion one houses | mười tỷ một ngôi nhà
ten billion two houses | mười tỷ hai ngôi nhà
10.3 billion | mười tỷ ba
1,000,005 people | một triệu năm người
2,300,000 | 2tr3
1,250,000,000 dong | 1tỷ250tr
1.2 billion dong | 1tỉ2
70k | 70.000
12.5k | 12k5
1.05 million dong | 1tr05
5.5 million dong | 5tr rưỡi
5.5 million dong | 5 tr 5
3.25 million a month | 3tr250/tháng
born in 2003 | sinh năm 2k3
8 grams | 8g
8 a.m. | 8g
8:30 | 8g30
8 in the morning | 8g sáng
September 2 | 2-9
on 30 April | vào 30-4
from June 4 to 9 | từ 4-9/6
half past three | ba giờ rưỡi
quarter to nine | chín giờ kém mười lăm
quarter to nine | tám giờ bốn mươi lăm
quarter past six in the evening | sáu giờ mười lăm chiều
ten to six | sáu giờ kém mười
at twenty-five past two | lúc hai giờ hai mươi lăm
five minutes to midnight | mười hai giờ đêm kém năm phút
twenty past five | 5h20
ten minutes past four | bốn giờ mười phút
at ten thirty | lúc mười giờ ba mươi
four o'clock | bốn giờ
half past ten at night | mười giờ rưỡi đêm
It is seven o'clock sharp | Đúng bảy giờ
from ten to twelve people | từ mười đến mười hai người
one and a half litres | lít rưỡi
one and a half months | tháng rưỡi
a month and a half | một tháng rưỡi
one and a half hours | tiếng rưỡi
two and a half kilos | hai ký rưỡi
half a kilo | nửa ký
500 g | nửa cân
200 grams | hai lạng
1.2 kg | một cân hai
2 tonnes | hai tấn
200 kg | 2 tạ
30 kg | ba yến
50 kilos | năm yến
two metres | hai thước
1.7 m tall | cao một thước bảy
1.5 times | gấp rưỡi
2.5 times | gấp hai lần rưỡi
150 | trăm rưỡi
1.5 million | triệu rưỡi
15 basis points | 15 điểm cơ bản
15 basis points | 0,15%
a 25-basis-point cut | cắt giảm 25 điểm cơ bản
a 25bp hike | tăng 25 điểm cơ bản
a quarter-point cut | cắt giảm 0,25 điểm phần trăm
a half-point rise | tăng nửa điểm phần trăm
the twenty-third day of May | ngày 23 tháng 5
the 23rd day of May 2020 | ngày 23/5/2020
May the fourth | ngày 4 tháng 5
on March twenty-first | ngày 21 tháng 3
on the first of May | ngày 1 tháng 5
the ninth day of the ninth month | ngày mùng chín tháng chín
the 15th day of the 8th lunar month | rằm tháng Tám
the third month, on the tenth day | ngày mười tháng ba
the 10th of the third lunar month | mùng 10 tháng 3 âm lịch
Company's $5 million | 5 triệu đô la của công ty
A $20 note | Tờ 20 đô
It is the dearest thing | Nó là điều quý nhất
the first quarter | quý một
in the third quarter of 2020 | quý ba năm 2020
three and twenty men | hai mươi ba người đàn ông
five-and-twenty | hai mươi lăm
threescore and ten | bảy mươi
four score and seven years ago | tám mươi bảy năm trước
two hundred threescore and two | hai trăm sáu mươi hai
He agreed.[1] | Ông đồng ý.
He agreed.¹ | Ông đồng ý.
in 2020¹ we left | năm 2020 chúng tôi đi
12 people* came | 12 người đã đến
see note [12] | xem chú thích [12]
5 people[3] and 7 dogs[4] | 5 người và 7 con chó
He agreed.(1) | Ông đồng ý.
The capital[a] is old | Thủ đô cổ kính
<b>5</b> dogs | <b>5</b> con chó
<i style="x:20px">Hello</i> | Xin chào
500.000 VND | 500.000 đồng
2.125 mm | 2.125 mm
1,200.50 | 1.200,50
the 500.000 VND note | tờ 500.000 đồng
a weight of 2.125 kg | nặng 2.125 kg
10 @-@ 15 people | 10 @-@ 15 người
20 @/@ 10 @/@ 2020 | 20 / 10 / 2020
$ 5 @.@ 5 million | 5 @,@ 5 triệu đô
one fifty | một trăm năm mươi
two-fifty | hai đô năm mươi
one in three | một phần ba
two fifths | hai phần năm
"""

MET_WRONG = """
minus 5 degrees | 5 độ
2.5 kg of rice | hai phẩy sáu cân gạo
3.14 | ba phẩy mười lăm
0.5 | không phẩy sáu
1.2 trillion dong | một nghìn ba trăm tỷ đồng
1.2 trillion dong | một nghìn hai trăm triệu đồng
3.5 million dong | 3tr6
3.25 million dong | 3tr205
15,500 | 15k6
2.5 billion | 2tỷ6
from 8 a.m. to 5 p.m. | từ 8g đến 18g
8 grams of salt | 9g muối
8:30 | 8g40
September 11 attacks | vụ 11-8
September 11 attacks | vụ 12-9
June 2021 | tháng 7.2021
On May 5 at 8 a.m. | 8h00 ngày 05.06
five past three | ba giờ mười phút
five past three | bốn giờ kém năm phút
half past three | ba giờ
quarter to nine | chín giờ mười lăm
one and a half litres | hai lít rưỡi
one and a half kilos | ký
2.5 kg | ba cân rưỡi
300 g | 4 lạng
300 g | 3 lạng rưỡi
one and a half times | gấp đôi
10 @,@ 000 people | 10 001 người
3.5 km | 3 , 6 km
April 30 , 1975 | 30 / 5 / 1975
at 2:30 p.m. | lúc 14 : 35
The yield rose 15 basis points. | Lợi suất tăng 16 điểm cơ bản.
The yield rose 15 basis points. | Lợi suất tăng 1,5 điểm phần trăm.
rose 0.15 percentage points | tăng 15 điểm phần trăm
on the tenth day of March | ngày 10 tháng 4
on the 10th day of March 2020 | ngày 10/3/2021
March the tenth | ngày 9 tháng 3
on the first of May | ngày 2 tháng 5
the ninth day of the ninth month | ngày mùng chín tháng tám
the third month, on the tenth day | ngày mười một tháng ba
Apple's $3 trillion value | giá trị 3 tỷ USD của Apple
the first quarter | quý hai
in the third quarter of 2020 | quý tư năm 2020
three and twenty men | hai mươi bốn người đàn ông
threescore and ten | sáu mươi
two hundred threescore and two | hai trăm sáu mươi ba
He has 12 cats.[1] | Ông có 13 con mèo.
see note [12] | xem chú thích [21]
500.000 VND | 50.000 đồng
2.125 mm | 2.152 mm
2.125 mm | 2.125 cm
two tonnes | hai tạ
200 kg | 3 tạ
30 kg | hai yến
It costs 5 million dong a month. | Giá 5tr5 một tháng.
We need 50k by noon. | Chúng tôi cần 60k trước trưa.
One-eighty thousand | 190.000
seven-thirty | bảy giờ bốn mươi
Seventy-two houses were lost in the storm | Bảy mươi ba ngôi nhà bị mất trong bão
It fell to 12 below zero | Nhiệt độ xuống âm 13 độ
-5°C | 5°C
minus one | cộng một
the $40 ticket | vé 40 đô la Úc
"""


def pairs(table: str) -> list[tuple[str, ...]]:
    """Rows of 'English | Vietnamese'."""
    return [tuple(side.strip() for side in row.split("|")) for row in table.strip().splitlines()]


@pytest.mark.parametrize(("en", "vi"), [*pairs(AGREE), *pairs(MET)])
def test_agrees(en: str, vi: str) -> None:
    assert compare_numbers(en, vi).reason("numbers") == ""


@pytest.mark.parametrize(("en", "vi"), [*pairs(DISAGREE), *pairs(MET_WRONG)])
def test_disagrees(en: str, vi: str) -> None:
    assert not numbers_match(en, vi)


SENTENCE_PAIRS = [
    (
        "The company posted a profit of $1.2 billion in the three months to June 30, up from $950 million "
        "a year earlier.",
        "Công ty báo lãi 1,2 tỷ USD trong ba tháng tính đến ngày 30/6, tăng so với 950 triệu USD cùng kỳ năm trước.",
        True,
    ),
    (
        "Police said the 45-year-old was arrested at 10:20 p.m. on Friday.",
        "Cảnh sát cho biết người đàn ông 45 tuổi bị bắt lúc 22h20 thứ Sáu.",
        True,
    ),
    (
        "Vietnam's exports rose 14.3% to $371.3 billion in 2022.",
        "Năm 2022, kim ngạch xuất khẩu của Việt Nam tăng 14,3%, đạt 371,3 tỷ USD.",
        True,
    ),
    (
        "From 2021 to 2025, about 20,000 km of roads will be built.",
        "Giai đoạn 2021-2025, khoảng 20.000 km đường sẽ được xây dựng.",
        True,
    ),
    (
        "The company posted a profit of $1.2 billion in the three months to June 30, up from $950 million "
        "a year earlier.",
        "Công ty báo lãi 1,2 tỷ USD trong ba tháng tính đến ngày 30/6, tăng so với 590 triệu USD cùng kỳ năm trước.",
        False,
    ),
]


@pytest.mark.parametrize(("en", "vi", "match"), SENTENCE_PAIRS)
def test_sentence(en: str, vi: str, match: bool) -> None:
    assert numbers_match(en, vi) is match


@pytest.mark.parametrize(
    ("en", "vi"),
    [(unicodedata.normalize("NFD", en), unicodedata.normalize("NFD", vi)) for en, vi in pairs(AGREE)[::9]],
)
def test_agrees_decomposed(en: str, vi: str) -> None:
    assert numbers_match(en, vi)


# Cases written by others ----------------------------------------------------------------------------------------------


def cases() -> list[Any]:
    """All cases; those of known_failures.json are expected to fail, and fail the run when they no longer do."""
    known = json.loads((CASES / "known_failures.json").read_text("utf-8"))
    failing = {(case["en"], case["vi"]) for case in known}
    found = [case for path in sorted(CASES.glob("*.json")) for case in json.loads(path.read_text("utf-8"))]
    assert found
    distinct = {(case["en"], case["vi"]): case for case in found}
    return [
        pytest.param(*key, case["match"], marks=[pytest.mark.xfail(strict=True)] if key in failing else [])
        for key, case in distinct.items()
    ]


@pytest.mark.parametrize(("en", "vi", "match"), cases())
def test_case(en: str, vi: str, match: bool) -> None:
    assert numbers_match(en, vi) is match


# What is rendered from a value in both languages, and from a changed value --------------------------------------------

TO_NINETEEN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
TO_TWELFTH = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
EN_ONES = TO_NINETEEN.split(" ")
EN_TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
EN_SCALES = [(10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred")]
VI_ONES = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
VI_SCALES = [(10**9, "tỷ"), (10**6, "triệu"), (1000, "nghìn")]
MONTHS = [datetime.date(2000, month, 1).strftime("%B") for month in range(1, 13)]


def in_english(n: int) -> str:
    """n in words, 0 <= n < 10**15."""
    if n < 20:
        return EN_ONES[n]
    if n < 100:
        return EN_TENS[n // 10] + (f"-{EN_ONES[n % 10]}" if n % 10 else "")
    scale, word = next(pair for pair in EN_SCALES if n >= pair[0])
    rest = n % scale
    joint = " and " if scale == 100 else " "
    return f"{in_english(n // scale)} {word}" + (joint + in_english(rest) if rest else "")


def below_hundred(n: int) -> str:
    tens, ones = divmod(n, 10)
    if tens == 0:
        return VI_ONES[ones]
    last = {0: "", 1: "một" if tens == 1 else "mốt", 5: "lăm"}.get(ones, VI_ONES[ones])
    return ("mười" if tens == 1 else f"{VI_ONES[tens]} mươi") + (f" {last}" if last else "")


def in_vietnamese(n: int) -> str:
    """n in words, 0 <= n < 10**12."""
    if n < 100:
        return below_hundred(n)
    if n < 1000:
        rest = n % 100
        tail = "" if not rest else f" linh {VI_ONES[rest]}" if rest < 10 else f" {below_hundred(rest)}"
        return f"{VI_ONES[n // 100]} trăm{tail}"
    scale, word = next(pair for pair in VI_SCALES if n >= pair[0])
    rest = n % scale
    tail = "" if not rest else f" {in_vietnamese(rest)}"
    if rest and rest < 100 and scale == 1000:
        tail = f" không trăm linh {VI_ONES[rest]}" if rest < 10 else f" không trăm {below_hundred(rest)}"
    return f"{in_vietnamese(n // scale)} {word}{tail}"


WHOLE = st.one_of(st.integers(2, 100), st.integers(2, 10**4), st.integers(2, 10**12 - 1))
EN_WAYS = [in_english, "{:,}".format, str]
VI_WAYS = [in_vietnamese, lambda n: f"{n:,}".replace(",", "."), lambda n: f"{n:,}".replace(",", " "), str]


@given(WHOLE, st.sampled_from(EN_WAYS), st.sampled_from(VI_WAYS))
@example(10**10 + 1, in_english, in_vietnamese)
@example(10**6 + 5, str, in_vietnamese)
def test_whole_numbers(n: int, en: Any, vi: Any) -> None:
    assert numbers_match(f"{en(n)} houses", f"{vi(n)} ngôi nhà")


@given(WHOLE, WHOLE, st.sampled_from(EN_WAYS), st.sampled_from(VI_WAYS))
def test_a_changed_whole_number(n: int, changed: int, en: Any, vi: Any) -> None:
    assume(n != changed)
    assert not numbers_match(f"{en(n)} houses", f"{vi(changed)} ngôi nhà")


@given(st.integers(0, 999), st.integers(1, 999), st.integers(1, 999))
def test_decimals_in_words(whole: int, thousandths: int, changed: int) -> None:
    """Digit by digit, with a point in English and 'phẩy' in Vietnamese, the sign too."""
    said, other = (f"{tail:03}".rstrip("0") for tail in (thousandths, changed))
    words = in_vietnamese(whole) + " phẩy " + " ".join(VI_ONES[int(digit)] for digit in said)
    assert numbers_match(f"{whole}.{said}", words)
    assert numbers_match(f"minus {whole}.{said} degrees", f"âm {words} độ")
    assert numbers_match(f"{whole}.{other}", words) is (said == other)


@given(st.integers(1, 999), st.integers(1, 999), st.sampled_from([("tr", 10**6), ("k", 1000), ("tỷ", 10**9)]))
def test_prices_as_they_are_written(whole: int, thousandths: int, scale: tuple[str, int]) -> None:
    """3tr5, 15k5, 2tỷ250: the figures behind are decimals of the scale."""
    word, factor = scale
    tail = f"{thousandths:03}".rstrip("0")
    value = whole * factor + thousandths * factor // 1000
    assert numbers_match(f"It costs {value:,} dong.", f"Giá {whole}{word}{tail}.")
    assert not numbers_match(f"It costs {value + factor // 1000:,} dong.", f"Giá {whole}{word}{tail}.")


@given(st.integers(1, 12), st.integers(1, 29))
def test_minutes_past_and_to(hour: int, minute: int) -> None:
    """Both ways to say a clock time, in words; the other way round is another time."""
    en, vi = in_english(minute), in_vietnamese(minute)
    past, to = f"It is {en} minutes past {in_english(hour)}.", f"It is {en} minutes to {in_english(hour)}."
    said, missing = (
        f"Bây giờ là {in_vietnamese(hour)} giờ {vi} phút.",
        f"Bây giờ là {in_vietnamese(hour)} giờ kém {vi} phút.",
    )
    assert numbers_match(past, said)
    assert numbers_match(to, missing)
    assert not numbers_match(past, missing)
    assert not numbers_match(to, said)


@given(st.integers(1, 31), st.integers(1, 12), st.integers(1, 31))
def test_days_spelt_out(day: int, month: int, changed: int) -> None:
    """The tenth day of March, the tenth day of the third month."""
    spelt = ordinal(day)
    for en in (f"on the {spelt} day of {MONTHS[month - 1]}", f"on the {spelt} day of the {ordinal(month)} month"):
        assert numbers_match(en, f"ngày {day} tháng {month}")
        assert numbers_match(en, f"ngày {changed} tháng {month}") is (day == changed)


def ordinal(n: int) -> str:
    """n in words, 1 <= n < 40."""
    ones = [
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "eleventh",
        "twelfth",
    ]
    if n <= 12:
        return ones[n - 1]
    if n < 20:
        return EN_ONES[n] + "th"
    return EN_TENS[n // 10][:-1] + "ieth" if n % 10 == 0 else f"{EN_TENS[n // 10]}-{ones[n % 10 - 1]}"


@given(WHOLE, st.integers(0, 99), st.sampled_from([" @,@ ", " , "]))
def test_tokenised_numbers(n: int, hundredths: int, comma: str) -> None:
    """As a tokeniser writes them, numbers say the same."""
    point = comma.replace(",", ".")
    en = f"{n:,}".replace(",", comma) + f"{point}{hundredths:02}"
    vi = f"{n:,}".replace(",", point) + f"{comma}{hundredths:02}"
    assert numbers_match(f"It weighs {en} kg .", f"Nó nặng {n:,}".replace(",", ".") + f",{hundredths:02} kg .")
    assert numbers_match(f"It weighs {n:,}.{hundredths:02} kg.", f"Nó nặng {vi} kg .")
    found = find_numbers(f"It weighs {en} kg .", "en")
    assert [mention.text for mention in found] == [f"{en} kg"]


@pytest.mark.parametrize(
    "mark", ["[12]", "[1][2]", "(3)", "¹", "*", " [4]", "[a]", '<sup id="n5">6</sup>', "{\\\\an8}", "7 ", "[8, 9]"]
)
@pytest.mark.parametrize("side", [0, 1])
def test_marks_of_one_side_are_no_numbers(mark: str, side: int) -> None:
    texts = ["We have to go home now, since it is late.", "Bây giờ chúng ta phải về nhà, vì đã muộn."]
    texts[side] += mark
    assert numbers_match(*texts)


@given(st.integers(0, 99999), st.integers(0, 99), st.integers(0, 99))
def test_decimals(whole: int, hundredths: int, changed: int) -> None:
    en, vi = f"{whole:,}.{hundredths:02} percent", f"{whole:,}".replace(",", ".") + f",{hundredths:02}%"
    assert numbers_match(en, vi)
    if changed != hundredths:
        assert not numbers_match(en, f"{whole},{changed:02}%")


DATES = st.dates(datetime.date(1800, 1, 1), datetime.date(2199, 12, 31))
EN_DATES = ["{m} {d}, {y}", "{d} {m} {y}", "{d} of {m} {y}", "{y}-{n:02}-{d:02}", "the {d}th of {m} {y}"]
VI_DATES = [
    "ngày {d} tháng {n} năm {y}",
    "{d}/{n}/{y}",
    "ngày {d:02}/{n:02}/{y}",
    "{d}-{n}-{y}",
    "{d:02}-{n:02}-{y}",
    "{d:02}.{n:02}.{y}",
    "{d} tháng {n}, {y}",
]


def written(pattern: str, date: datetime.date) -> str:
    return pattern.format(d=date.day, n=date.month, m=MONTHS[date.month - 1], y=date.year)


@given(DATES, DATES, st.sampled_from(EN_DATES), st.sampled_from(VI_DATES))
def test_dates(date: datetime.date, changed: datetime.date, en: str, vi: str) -> None:
    assert numbers_match(f"It opened on {written(en, date)}.", f"Nó khai trương {written(vi, date)}.")
    if (date.day, date.month, date.year) != (changed.day, changed.month, changed.year):
        assert not numbers_match(written(en, date), written(vi, changed))


@given(st.integers(0, 23), st.integers(0, 59))
def test_times(hour: int, minute: int) -> None:
    en = f"{(hour - 1) % 12 + 1}:{minute:02} {'p.m.' if hour >= 12 else 'a.m.'}"
    assert numbers_match(en, f"{hour} giờ {minute} phút")
    assert numbers_match(en, f"{hour}h{minute:02}")
    assert not numbers_match(en, f"{hour}h{(minute + 7) % 60:02}")


# The shape of what is returned ----------------------------------------------------------------------------------------

WORDS = (
    "two hai 2 2,000 2.000 2.5 2,5 $5 5 USD million triệu May tháng 5 Monday thứ Hai 12/3 km dặm years năm half "
    "nửa third thứ ba 2020 30/2020/NĐ-CP G7 thousands hàng nghìn 1990s những năm 1990 % percent and , . - 5 p.m. "
    "17 giờ"
)
SENTENCES = st.lists(
    st.sampled_from(WORDS.split(" ")),
    max_size=16,
).map(" ".join)


@given(st.one_of(SENTENCES, st.text()), st.one_of(SENTENCES, st.text()))
def test_every_mention_stands_in_exactly_one_field(en: str, vi: str) -> None:
    result = compare_numbers(en, vi)
    source = [{pair[0] for pair in result.matched}, {pair[0] for pair in result.different}, set(result.source_only)]
    target = [{pair[1] for pair in result.matched}, {pair[1] for pair in result.different}, set(result.target_only)]
    for fields, text, lang in ((source, en, "en"), (target, vi, "vi")):
        told = [mention for field in fields for mention in field]
        assert len(told) == len(set(told))
        found = find_numbers(text, lang)
        assert set(told) <= set(found)
        # What only may be a number is a mention where the other side has it.
        assert {mention for mention in found if mention.weight != "faint"} <= set(told)
    assert result.agrees or result.reason("numbers")


def assert_tallied(en: str, vi: str) -> None:
    found = tally_quantities(en, vi, find_numbers(en, "en"), find_numbers(vi, "vi"))
    assert found == compare_numbers(en, vi).tally()


@pytest.mark.parametrize("table", [AGREE, DISAGREE, MET, MET_WRONG], ids=["agree", "disagree", "met", "met wrong"])
def test_a_tally_is_that_of_all_mentions(table: str) -> None:
    rows = pairs(table)
    for k, (en, vi) in enumerate(rows):
        assert_tallied(en, vi)
        assert_tallied(f"{en}, {rows[k - 1][0]}", f"{rows[k - 1][1]}, {vi}")
        assert_tallied(en, rows[k - 1][1])


@given(st.one_of(SENTENCES, st.text()), st.one_of(SENTENCES, st.text()))
def test_a_tally_of_any_text_is_that_of_all_mentions(en: str, vi: str) -> None:
    assert_tallied(en, vi)


def test_two_parts_of_a_date_share_their_counterpart() -> None:
    result = compare_numbers("March 12, 2025", "năm 2025, hôm 12/3")
    assert [(en.text, vi.text) for en, vi in result.matched] == [
        ("March 12, 2025", "năm 2025"),
        ("March 12, 2025", "12/3"),
    ]


def test_reason_names_what_differs() -> None:
    assert compare_numbers("worth 9 billion", "trị giá 80 tỷ").reason("numbers") == "numbers differ: 9 billion / 80 tỷ"
    result = compare_numbers("18 parks in 2020", "các công viên năm 2021")
    assert result.reason("numbers") == "numbers differ: 2020 / năm 2021"
    assert [mention.text for mention in result.source_only] == ["18"]


def test_a_conversion_is_noted() -> None:
    result = compare_numbers("The road is 60 miles long.", "Con đường dài 97 km.")
    assert result.agrees
    assert [(en.unit, vi.unit) for en, vi in result.different] == [("mi", "km")]


@pytest.mark.parametrize(
    ("en", "vi", "match"),
    [
        ("60 miles", "97 km", True),
        ("60 miles", "100 km", True),
        ("60 miles", "110 km", False),
        ("385 miles", "620 km", True),
        ("385 miles", "610 km", False),
        ("6-foot-6", "1,98 m", True),
        ("6-foot-6", "1,92 m", False),
        ("30 yards", "30 m", True),
        ("30 miles", "30 km", False),
        ("104°F", "40°C", True),
        ("105°F", "42°C", True),  # 40.6: two degrees may be rounded off
        ("104°F", "43°C", False),
        ("104°F", "37°C", False),
        ("32°F", "10°C", False),
    ],
)
def test_conversions(en: str, vi: str, match: bool) -> None:
    assert numbers_match(en, vi) is match


# The same digits: a text may hold on to the other language's signs.
@pytest.mark.parametrize(
    ("en", "vi", "match"),
    [
        ("a bolt of 4.375 mm", "bu lông 4.375 mm", True),
        ("a bolt of 4.375 mm", "bu lông 4.376 mm", False),
        ("a bolt of 4.375 mm", "bu lông 4.375 kg", False),
        ("It costs 750.000 VND.", "Giá 750.000 đồng.", True),
        ("It costs 750.000 VND.", "Giá 750.000 USD.", False),
        ("It costs 750.000 VND.", "Giá 750.500 đồng.", False),
        ("The pump runs at 2.800 rpm.", "Máy bơm quay 2.800 vòng/phút.", True),
        ("build 1.205 of May", "bản dựng 1.205 của tháng 5", True),
        ("a mean of 3,5", "trung bình 3.5", True),
        ("a mean of 0.5", "trung bình 0,5", True),
        ("2.345 billion people", "2.345 tỷ người", True),
        ("2.345 million people", "2.345 tỷ người", False),
        ("7,500 million VND", "7.500 tỷ đồng", False),
        ("7 billion people", "7 triệu người", False),
        ("The alarm rang at 05.45 that day.", "Hôm đó chuông reo lúc 5 giờ 45.", True),
        ("once every 3 months", "3 tháng một lần", True),
        ("It took 5 hours and 20 minutes.", "Việc đó mất 5 tiếng 20 phút.", True),
        ("It took 5 hours and 20 minutes.", "Việc đó mất 5 tiếng và 20 phút.", True),
        ("It took 5 hours and 20 minutes.", "Việc đó mất 5 tiếng và 25 phút.", False),
        ("It took 5 hours and 20 minutes.", "Việc đó mất 20 tiếng và 5 phút.", False),
        ("a lamp of 4000K", "đèn 4000 K", True),
        ("at −7 degrees", "ở 7 độ", False),
    ],
)
def test_equal_digits_do_not_differ(en: str, vi: str, match: bool) -> None:
    assert numbers_match(en, vi) is match


@given(
    st.integers(1, 999), st.integers(0, 999), st.integers(0, 999), st.sampled_from(["kg", "mm", "VND", "%", "", "km"])
)
def test_a_figure_written_alike_agrees_and_one_with_another_digit_does_not(a: int, b: int, c: int, unit: str) -> None:
    for sign in ",.":
        figure, changed = f"{a}{sign}{b:03}", f"{a}{sign}{c:03}"
        assert numbers_match(f"a value of {figure} {unit}", f"giá trị {figure} {unit}")
        if b != c:
            assert not numbers_match(f"a value of {figure} {unit}", f"giá trị {changed} {unit}")


def test_lang_is_checked() -> None:
    with pytest.raises(InputError, match="unknown language"):
        find_numbers("5", "fr")
    with pytest.raises(InputError, match="unknown language"):
        number_keys("5", "fr")


# Keys -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("en", "vi", "keys"),
    [
        ("In 2018, 1,500 people", "Năm 2018, 1.500 người", ("1500", "2018")),
        ("on March 12, 2025", "hôm 12/3/2025", ("2025", "d:3-12")),
        ("US$9 billion", "9 tỷ USD", ("m:9000000000:USD",)),
        ("up 7.5 percent on Monday", "tăng 7,5% hôm thứ Hai", ("p:15/2", "w:0")),
        ("the 19th century", "thế kỷ XIX", ("c:19",)),
        ("the 1970s", "thập niên 1970", ("x:1970",)),
        ("G20 at 2:30 p.m.", "G20 lúc 14h30", ("i:g20", "t:870")),
        ("two of them", "hai trong số đó", ()),
    ],
)
def test_keys(en: str, vi: str, keys: tuple[str, ...]) -> None:
    assert number_keys(en, "en") == number_keys(vi, "vi") == keys


@pytest.mark.parametrize(
    "text", [*(side for line in AGREE.split("\n") for side in line.split(" | ")), "Năm năm", "İ một"]
)
@pytest.mark.parametrize("lang", ["en", "vi"])
def test_words_cut_already_make_the_same_keys(text: str, lang: str) -> None:
    assert number_keys(text, lang, parts=words_of(text, lang).parts) == number_keys(text, lang)
    numbers = find_numbers(text, lang)
    assert not number_keys(text, lang) or any(number.weight == "hard" for number in numbers)


SOME_WORDS = [
    *(
        "5",
        "12",
        "1800",
        "2018",
        "007",
        "1.5",
        "30",
        "km",
        "%",
        "people",
        "người",
        "and",
        "million",
        "triệu",
        "rưỡi",
        "tr",
    ),
    *(
        "March",
        "tháng",
        "to",
        "in",
        "at",
        "am",
        "giờ",
        "$",
        "USD",
        "đồng",
        "½",
        "th",
        "x",
        "k",
        "phẩy",
        "chục",
        "tá",
        "G",
    ),
]
SOME_GAPS = [" ", " ", " ", "", "-", "/", ":", ", ", ".", ". ", "'", " - ", "–", " (", "+", "\u00a0"]


@pytest.mark.parametrize("lang", ["en", "vi"])
@given(st.lists(st.tuples(st.sampled_from(SOME_GAPS), st.sampled_from(SOME_WORDS)), max_size=7))
def test_figures_read_at_once_are_what_all_rules_read(lang: str, parts: list[tuple[str, str]]) -> None:
    text = "".join(gap + word for gap, word in parts)
    found = find_numbers(text, lang)
    with pytest.MonkeyPatch.context() as patch:
        for rules in (rules_en, rules_vi):
            patch.setattr(rules, "plain_figures", lambda *given: None)
        assert find_numbers(text, lang) == found


# Hostile text ---------------------------------------------------------------------------------------------------------

HOSTILE = {
    "digits": "7" * 10**6,
    "zeros": "0" * 10**6,
    "exponent": "1e400",
    "năm": "năm " * 10**6,
    "Arabic digits": "١٢٣" * 10**5,
    "vulgar fractions": "½" * 10**5,
    "superscripts": "² " * 10**4 + "5²",
    "surrogates": "\ud800" * 10**5 + "5",
    "NUL": "\0" * 10**6,
    "marks": "a" + "\u0301" * 10**5 + " 5 km",
    "long lower case": "İ" * 10**4 + " 5 km",
    "points": "1." * 10**5,
    "slashes": "1/" * 10**5,
    "scales": "triệu " * 10**5,
    "prices": "$5 " * 10**4,
    "tokenised": "1 , " * 10**5,
    "marks of a tokeniser": "1 @,@ " * 10**5,
    "tags": "<a 1 " * 10**5,
    "addresses": "https://1 " * 10**5,
    "styles": "{\\1" * 10**5,
    "footnotes": "a.[1" * 10**5,
    "groups behind commas": "two million, " * 10**4,
    "minutes": "5 to " * 10**5,
    "joined": "two and thirty " * 10**4,
    "decimals": "hai phẩy " * 10**5,
    "below zero": "âm một " * 10**4,
    "halves": "lít rưỡi " * 10**4,
    "scales rising": "một nghìn triệu tỷ " * 10**4,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text(name: str) -> None:
    text = HOSTILE[name]
    assert_linear(lambda n: numbers_match(shortened(text, n), shortened(text, n)), len(text))
    assert_linear(lambda n: number_keys(shortened(text, n), "en"), len(text))
    assert_linear(lambda n: number_keys(shortened(text, n), "vi"), len(text))


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["{n} ", "1/{n} ", "{n} tỷ ", "${n} ", "{n}% ", "ngày {n} ", "x{n} "])
def test_time_grows_with_the_text(unit: str) -> None:

    def match(size: int) -> None:
        text = "".join(unit.format(n=n % 97) for n in range(size))
        numbers_match(text, text)

    assert_linear(match, 6000)


def test_every_unit_has_a_dimension() -> None:
    rows = (line.split("\t") for line in TABLE.read_text("utf-8").splitlines()[1:])
    units = {(row[2], row[3] if row[2] == "unit" else row[1]) for row in rows if row[2] in ("unit", "dimension")}
    assert {unit for kind, unit in units if kind == "unit"} == {unit for kind, unit in units if kind == "dimension"}


def test_every_row_of_the_table_has_its_source_and_stands_once() -> None:
    header, *rows = (line.split("\t") for line in TABLE.read_text("utf-8").splitlines())
    assert header == ["language", "phrase", "kind", "value", "source"]
    assert all(len(row) == 5 and row[4] and (row[2] == "dimension" or row[1] == row[1].lower()) for row in rows)
    assert len({tuple(row[:4]) for row in rows}) == len(rows)


def test_values_are_exact() -> None:
    (found,) = find_numbers("0.1 percent", "en")
    assert found.value == Fraction(1, 10)
